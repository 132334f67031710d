package io.edgebeat.chain.evm.rpc;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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

  private final Wire wire = Wire.tcp();
  private final URI uri;
  private final int maxBytes;
  private InputStream in = InputStream.nullInputStream();
  private boolean answering;

  WebSocketMessages(URI uri, int maxBytes) throws IOException {
    this.uri = uri;
    this.maxBytes = maxBytes;
  }

  @Override
  public void open(long end) throws IOException {
    wire.until(end);
    wire.connect(uri, uri.getScheme().equals("wss"));
    in = new BufferedInputStream(wire.in(), 16_384);
    handshake();
  }

  private void handshake() throws IOException {
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
    String[] status = line().split(" ", 3);
    if (status.length < 2 || !status[0].equals("HTTP/1.1") || !status[1].matches("[0-9]{3}")) {
      throw new IOException("the answer is not HTTP/1.1");
    }
    if (!status[1].equals("101")) {
      throw new StatusException(Integer.parseInt(status[1]), new byte[0]);
    }
    boolean accepted = false;
    String wanted = accept(key);
    for (int headers = 0; ; headers++) {
      String line = line();
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
    answering = false;
    wire.until(end);
    write(frame(TEXT, message));
  }

  private void write(byte[] bytes) throws IOException {
    wire.out().write(bytes);
    wire.out().flush();
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
    wire.until(end);
    byte[] message = new byte[0];
    boolean begun = false;
    for (int control = 0; control < MAX_CONTROL; ) {
      int first = read();
      int opcode = first & 0x0f;
      boolean last = (first & 0x80) != 0;
      int second = read();
      boolean isControl = opcode >= CLOSE;
      if ((first & 0x70) != 0 || (second & 0x80) != 0 || (isControl && (!last || second > 125))) {
        throw new IOException("a frame is malformed");
      }
      long length = second < 126 ? second : second == 126 ? number(2) : number(8);
      if (length < 0 || length > maxBytes - message.length) {
        throw new TooLongException(maxBytes);
      }
      int at = message.length;
      if (isControl) {
        byte[] payload = exactly(new byte[0], (int) length);
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
      answering = true;
      message = exactly(message, at + (int) length);
      if (last) {
        return message;
      }
      control++;
    }
    throw new IOException("too many frames without a message");
  }

  private long number(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << 8 | read();
    }
    return value;
  }

  /** Some bytes and more, up to a length; grows with what has come, not with what was announced. */
  private byte[] exactly(byte[] before, int length) throws IOException {
    byte[] all = Arrays.copyOf(before, Math.min(length, before.length + 65_536));
    int at = before.length;
    while (at < length) {
      if (at == all.length) {
        all = Arrays.copyOf(all, (int) Math.min(length, 2L * at));
      }
      int n = in.read(all, at, all.length - at);
      if (n < 0) {
        throw new EOFException("the connection ended");
      }
      at += n;
    }
    return all;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int b = read();
    for (; b != '\n'; b = read()) {
      if (line.length() >= MAX_LINE) {
        throw new IOException("a header is longer than " + MAX_LINE + " bytes");
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }

  private int read() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException("the connection ended");
    }
    return b;
  }

  @Override
  public boolean isAnswering() {
    return answering;
  }

  @Override
  public void close() {
    wire.close();
  }
}
