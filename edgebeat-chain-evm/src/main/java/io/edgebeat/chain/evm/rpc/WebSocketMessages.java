package io.edgebeat.chain.evm.rpc;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * A WebSocket (RFC 6455) as a client, without extensions. The JDK's own would start threads, which
 * belong to the application.
 */
final class WebSocketMessages implements Messages {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int MAX_LINE = 8_192;
  private static final int MAX_HEADERS = 100;

  /** Pings and the like between two messages; hours of a quiet chain. */
  private static final int MAX_CONTROL = 1_000;

  private static final int CONTINUED = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Socket socket = new Socket();
  private final Socket stream;
  private final InputStream in;
  private final int maxBytes;

  WebSocketMessages(URI uri, int maxBytes, long end) throws IOException {
    this.maxBytes = maxBytes;
    boolean tls = uri.getScheme().equals("wss");
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(uri.getHost(), port), left(end));
      socket.setSoTimeout(left(end));
      stream = tls ? Tls.over(socket, uri.getHost(), port) : socket;
      in = new BufferedInputStream(stream.getInputStream(), 16_384);
      handshake(uri, end);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void handshake(URI uri, long end) throws IOException {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    String key = Base64.getEncoder().encodeToString(nonce);
    String path = uri.getRawPath();
    StringBuilder request = new StringBuilder("GET ");
    request.append(path == null || path.isEmpty() ? "/" : path);
    request.append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    request.append(" HTTP/1.1\r\nHost: ").append(uri.getHost());
    request.append(uri.getPort() > 0 ? ":" + uri.getPort() : "");
    request.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13");
    request.append("\r\nSec-WebSocket-Key: ").append(key).append("\r\n");
    if (uri.getUserInfo() != null) {
      byte[] user = uri.getUserInfo().getBytes(StandardCharsets.UTF_8);
      request.append("Authorization: Basic ").append(Base64.getEncoder().encodeToString(user));
      request.append("\r\n");
    }
    write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    String[] status = line(end).split(" ", 3);
    if (status.length < 2 || !status[0].equals("HTTP/1.1") || !status[1].matches("[0-9]{3}")) {
      throw new IOException("the answer is not HTTP/1.1");
    }
    if (!status[1].equals("101")) {
      throw new HttpChannel.StatusException(Integer.parseInt(status[1]));
    }
    boolean accepted = false;
    String wanted = accept(key);
    for (int headers = 0; ; headers++) {
      String line = line(end);
      if (line.isEmpty()) {
        break;
      }
      int colon = line.indexOf(':');
      if (colon < 1 || headers >= MAX_HEADERS) {
        throw new IOException("a header is malformed, or there are too many");
      }
      accepted |=
          line.substring(0, colon).toLowerCase(Locale.ROOT).equals("sec-websocket-accept")
              && line.substring(colon + 1).strip().equals(wanted);
    }
    if (!accepted) {
      throw new IOException("the answer does not accept a WebSocket");
    }
  }

  private static String accept(String key) {
    try {
      // SHA-1 is what the protocol has; nothing secret hangs on it.
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(sha1.digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  @Override
  public void send(byte[] message, long end) throws IOException {
    left(end);
    write(frame(TEXT, message));
  }

  private void write(byte[] bytes) throws IOException {
    stream.getOutputStream().write(bytes);
    stream.getOutputStream().flush();
  }

  private static byte[] frame(int opcode, byte[] payload) {
    byte[] mask = new byte[4];
    RANDOM.nextBytes(mask);
    int extra = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
    ByteBuffer frame = ByteBuffer.allocate(2 + extra + 4 + payload.length);
    frame.put((byte) (0x80 | opcode));
    switch (extra) {
      case 0 -> frame.put((byte) (0x80 | payload.length));
      case 2 -> frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
      default -> frame.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    frame.put(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ mask[i & 3]));
    }
    return frame.array();
  }

  @Override
  public byte[] receive(long end) throws IOException {
    byte[] message = new byte[0];
    boolean begun = false;
    for (int control = 0; control < MAX_CONTROL; ) {
      int first = read(end);
      int opcode = first & 0x0f;
      boolean last = (first & 0x80) != 0;
      int second = read(end);
      boolean isControl = opcode >= CLOSE;
      if ((first & 0x70) != 0 || (second & 0x80) != 0 || (isControl && (!last || second > 125))) {
        throw new IOException("a frame is malformed");
      }
      long length = second < 126 ? second : second == 126 ? number(2, end) : number(8, end);
      if (length < 0 || length > maxBytes - message.length) {
        throw new TooLongException(maxBytes);
      }
      int at = message.length;
      if (isControl) {
        byte[] payload = exactly(new byte[0], (int) length, end);
        control++;
        switch (opcode) {
          case PING -> write(frame(PONG, payload));
          case PONG -> {}
          default -> throw new EOFException("the node has ended the connection");
        }
        continue;
      }
      if (begun != (opcode == CONTINUED) || opcode > BINARY) {
        throw new IOException("a frame is malformed");
      }
      begun = true;
      message = exactly(message, at + (int) length, end);
      if (last) {
        return message;
      }
      control++;
    }
    throw new IOException("too many frames without a message");
  }

  private long number(int bytes, long end) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | read(end);
    }
    return value;
  }

  /** Some bytes and more, up to a length; grows with what has come, not with what was announced. */
  private byte[] exactly(byte[] before, int length, long end) throws IOException {
    byte[] all = Arrays.copyOf(before, Math.min(length, before.length + 65_536));
    int at = before.length;
    while (at < length) {
      if (at == all.length) {
        all = Arrays.copyOf(all, (int) Math.min(length, 2L * at));
      }
      stream.setSoTimeout(left(end));
      int n = in.read(all, at, all.length - at);
      if (n < 0) {
        throw new EOFException("the connection ended");
      }
      at += n;
    }
    return all;
  }

  private String line(long end) throws IOException {
    StringBuilder line = new StringBuilder();
    int b = read(end);
    for (; b != '\n'; b = read(end)) {
      if (line.length() >= MAX_LINE) {
        throw new IOException("a header is longer than " + MAX_LINE + " bytes");
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }

  private int read(long end) throws IOException {
    stream.setSoTimeout(left(end));
    int b = in.read();
    if (b < 0) {
      throw new EOFException("the connection ended");
    }
    return b;
  }

  private static int left(long end) throws SocketTimeoutException {
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("no whole answer in time");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    try {
      // Not the TLS stream: it would first take leave, which can block.
      socket.close();
    } catch (IOException e) {
      // It is of no use any more in either case; a second close does nothing.
      assert socket.isClosed();
    }
  }
}
