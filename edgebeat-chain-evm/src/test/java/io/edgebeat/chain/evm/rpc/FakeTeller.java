package io.edgebeat.chain.evm.rpc;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node that can say something without being asked: over a WebSocket, or a socket in a file. */
final class FakeTeller implements AutoCloseable {

  /** What it says to what it hears. */
  @FunctionalInterface
  interface Script {
    void hear(String message, Line line) throws IOException, InterruptedException;
  }

  /** One connection, as the script sees it. */
  final class Line {
    private final OutputStream out;

    Line(OutputStream out) {
      this.out = out;
    }

    void say(String message) throws IOException {
      byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
      if (file == null) {
        frame(0x81, bytes);
      } else {
        raw(bytes);
      }
    }

    /** A frame of a WebSocket as it comes. */
    void frame(int first, byte[] payload) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(first);
      if (payload.length < 126) {
        frame.write(payload.length);
      } else {
        frame.write(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          frame.write((int) ((long) payload.length >> shift));
        }
      }
      frame.writeBytes(payload);
      raw(frame.toByteArray());
    }

    void raw(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      said.incrementAndGet();
    }

    void hangUp() throws IOException {
      out.close();
    }
  }

  private final ServerSocketChannel server;
  private final @Nullable Path file;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger said = new AtomicInteger();
  volatile Script script;

  /** What the last one who wanted a WebSocket has sent. */
  volatile String greeting = "";

  /** What is answered to who wants a WebSocket; KEY stands for what it should be. */
  volatile String handshake =
      """
      HTTP/1.1 101 Yes
      Upgrade: websocket
      Connection: Upgrade
      sec-websocket-accept: KEY

      """
          .replace("\n", "\r\n");

  FakeTeller(@Nullable Path file, Script script) throws IOException {
    this.file = file;
    this.script = script;
    if (file == null) {
      server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } else {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(file));
    }
    acceptor = Thread.ofPlatform().daemon().start(this::accept);
  }

  URI uri() throws IOException {
    return file == null
        ? URI.create("ws://127.0.0.1:" + port() + "/v3/TOPSECRET?key=TOPSECRET")
        : URI.create("ipc:" + file);
  }

  private int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  /** How it is called in messages. */
  String name() throws IOException {
    return file == null ? "ws://127.0.0.1:" + port() : "ipc:" + file.getFileName();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel socket = server.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofPlatform().daemon().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SocketChannel socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(socket));
      Line line = new Line(Channels.newOutputStream(socket));
      if (file == null) {
        greet(in, line);
      }
      while (true) {
        script.hear(file == null ? unmasked(in) : document(in), line);
      }
    } catch (IOException | InterruptedException e) {
      open.remove(socket);
    }
  }

  private void greet(DataInputStream in, Line line) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\r\n\r\n") < 0) {
      request.append((char) in.readUnsignedByte());
    }
    greeting = request.toString();
    String name = "Sec-WebSocket-Key: ";
    int at = request.indexOf(name) + name.length();
    String key = request.substring(at, request.indexOf("\r\n", at));
    line.raw(handshake.replace("KEY", accept(key)).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String accept(String key) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-1")
                  .digest(
                      (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                          .getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String unmasked(DataInputStream in) throws IOException {
    while (true) {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte();
      if ((length & 0x80) == 0) {
        throw new IOException("a client masks what it sends");
      }
      length &= 0x7f;
      length =
          length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < length; i++) {
        payload[i] ^= mask[i % 4];
      }
      if (first == 0x81) {
        return new String(payload, StandardCharsets.UTF_8);
      }
    }
  }

  private static String document(DataInputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    int depth = 0;
    do {
      char c = (char) in.readUnsignedByte();
      text.append(c);
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    } while (depth > 0);
    return text.toString();
  }

  /** Ends the connections, but goes on listening. */
  void drop() throws IOException {
    for (SocketChannel socket : open) {
      socket.close();
    }
    open.clear();
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drop();
  }
}
