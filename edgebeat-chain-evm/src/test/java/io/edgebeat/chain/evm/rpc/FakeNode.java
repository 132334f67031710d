package io.edgebeat.chain.evm.rpc;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers as its test says: well, badly, slowly or not at all. */
public final class FakeNode implements AutoCloseable {

  /** What is sent for a request. */
  @FunctionalInterface
  public interface Script {
    /** Writes an answer, or whatever passes for one. */
    void answer(String body, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  public final AtomicInteger connections = new AtomicInteger();
  public final AtomicInteger requests = new AtomicInteger();
  public volatile Script script;

  /** The header of the last request. */
  public volatile String head = "";

  private final Thread acceptor;

  public FakeNode(Script script) throws IOException {
    this(InetAddress.getLoopbackAddress(), script);
  }

  FakeNode(InetAddress address, Script script) throws IOException {
    this.script = script;
    this.server = new ServerSocket(0, 50, address);
    this.acceptor = Thread.ofPlatform().daemon().start(this::accept);
  }

  /** A node that gives a result, whatever is asked. */
  public static FakeNode saying(String result) throws IOException {
    return new FakeNode((body, out) -> http(out, answer(body, "\"result\":" + result)));
  }

  public URI uri() {
    String host = server.getInetAddress() instanceof Inet6Address ? "[::1]" : "127.0.0.1";
    return URI.create(
        "http://" + host + ":" + server.getLocalPort() + "/v3/TOPSECRET?key=TOPSECRET");
  }

  /** The answers to a request of one call or more, in the reverse order. */
  public static String answer(String body, String member) {
    StringBuilder all = new StringBuilder();
    Json asked = Json.parse(body.getBytes(StandardCharsets.UTF_8));
    if (asked instanceof Json.Obj) {
      return one(asked, member);
    }
    for (Json call : asked.items().reversed()) {
      all.append(all.isEmpty() ? "[" : ",").append(one(call, member));
    }
    return all.append(']').toString();
  }

  private static String one(Json call, String member) {
    String id = ((Json.Num) call.at("id")).digits();
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + member + "}";
  }

  public static void http(OutputStream out, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    raw(out, "HTTP/1.1 200 OK\r\nContent-Length: " + bytes.length + "\r\n\r\n");
    out.write(bytes);
  }

  public static void raw(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        int length = -1;
        String line = line(in);
        StringBuilder lines = new StringBuilder();
        while (!line.isEmpty()) {
          lines.append(line).append('\n');
          if (line.startsWith("Content-Length: ")) {
            length = Integer.parseInt(line.substring(16));
          }
          line = line(in);
        }
        if (length < 0) {
          return;
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        head = lines.toString();
        // Fails when the connection was dropped: what it still had in it is no request.
        OutputStream out = socket.getOutputStream();
        requests.incrementAndGet();
        script.answer(body, out);
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      open.remove(socket);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int b = in.read();
      if (b < 0 || b == '\n') {
        return line.toString().strip();
      }
      line.append((char) b);
    }
  }

  /** Ends the connections, but goes on listening. */
  public void drop() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      // A connection that was accepted meanwhile must not be served after this.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drop();
  }
}
