package io.edgebeat.chain.evm.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * Posts to one HTTP/1.1 server and its answers, on one connection. The JDK's client would start
 * threads of its own and does half as many calls a second.
 */
final class HttpMessages implements Messages {
  private static final int MAX_LINE = 8_192;
  private static final int MAX_HEADERS = 100;

  private final Wire wire = Wire.tcp();
  private final URI uri;
  private final byte[] head;
  private final int maxBytes;
  private final byte[] buffer = new byte[16_384];
  private int from;
  private int to;
  private boolean answering;
  private boolean lasting;

  HttpMessages(URI uri, int maxBytes) throws IOException {
    this.uri = uri;
    this.maxBytes = maxBytes;
    String path = uri.getRawPath();
    String target =
        (path == null || path.isEmpty() ? "/" : path)
            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    String user = uri.getUserInfo();
    this.head =
        ("POST "
                + target
                + " HTTP/1.1\r\nHost: "
                + uri.getHost()
                + (uri.getPort() > 0 ? ":" + uri.getPort() : "")
                + "\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
                + (user == null
                    ? ""
                    : "Authorization: Basic "
                        + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8))
                        + "\r\n")
                + "Content-Length: ")
            .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void open(long end) throws IOException {
    wire.until(end);
    wire.connect(uri, uri.getScheme().equals("https"));
  }

  @Override
  public void send(byte[] body, long end) throws IOException {
    answering = false;
    lasting = false;
    wire.until(end);
    byte[] length = (body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] request = Arrays.copyOf(head, head.length + length.length + body.length);
    System.arraycopy(length, 0, request, head.length, length.length);
    System.arraycopy(body, 0, request, head.length + length.length, body.length);
    wire.out().write(request);
    wire.out().flush();
  }

  /** Header lines are compared where they lie: as texts they cost more than the whole call. */
  @Override
  public byte[] receive(long end) throws IOException {
    wire.until(end);
    int over = line();
    int line = from;
    answering = true;
    int status = status(line, over);
    boolean keep = buffer[line + 7] == '1';
    from = over + 1;
    long length = -1;
    boolean chunked = false;
    for (int headers = 0; ; headers++) {
      over = line();
      line = from;
      from = over + 1;
      int last = trimmed(line, over);
      if (last == line) {
        break;
      }
      int colon = line;
      while (colon < last && buffer[colon] != ':') {
        colon++;
      }
      if (colon == line || colon == last || headers >= MAX_HEADERS) {
        throw new IOException("a header is malformed, or there are too many");
      }
      switch (colon - line) {
        case 14 -> length = isNamed("content-length", line) ? number(colon, last, 10) : length;
        case 17 ->
            chunked =
                isNamed("transfer-encoding", line) ? value(colon, last).equals("chunked") : chunked;
        case 10 -> keep &= !isNamed("connection", line) || !value(colon, last).contains("close");
        default -> {}
      }
    }
    if (status != 200) {
      // With a 400 some say what is wrong as JSON-RPC has it.
      throw new StatusException(status, status == 400 ? body(chunked, length) : new byte[0]);
    }
    byte[] body = body(chunked, length);
    lasting = keep && (chunked || length >= 0) && from == to;
    return body;
  }

  private byte[] body(boolean chunked, long length) throws IOException {
    return chunked ? chunks() : length >= 0 ? exactly(new byte[0], length) : rest();
  }

  /** The status of a line like {@code HTTP/1.1 200 OK}. */
  private int status(int at, int over) throws IOException {
    int last = trimmed(at, over);
    boolean http = last - at >= 12 && (last - at == 12 || buffer[at + 12] == ' ');
    for (int i = 0; http && i < 7; i++) {
      http = buffer[at + i] == "HTTP/1.".charAt(i);
    }
    int status = 0;
    for (int i = at + 9; http && i < at + 12; i++) {
      http = buffer[i] >= '0' && buffer[i] <= '9';
      status = 10 * status + buffer[i] - '0';
    }
    if (!http || buffer[at + 8] != ' ') {
      throw new IOException("the answer is not HTTP/1.1");
    }
    return status;
  }

  /** Whether the name of a header, of the same length, is this one, in whatever case. */
  private boolean isNamed(String name, int at) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if ((c == '-' ? buffer[at + i] : buffer[at + i] | 0x20) != c) {
        return false;
      }
    }
    return true;
  }

  private String value(int colon, int last) {
    return new String(buffer, colon + 1, last - colon - 1, StandardCharsets.ISO_8859_1)
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  /** A number behind a byte, with blanks around it. */
  private long number(int before, int last, int radix) throws IOException {
    int at = before + 1;
    int end = last;
    while (at < end && isBlank(buffer[at])) {
      at++;
    }
    while (at < end && isBlank(buffer[end - 1])) {
      end--;
    }
    if (at == end || end - at > 9) {
      throw new IOException("a length is malformed");
    }
    long number = 0;
    for (; at < end; at++) {
      int digit = Character.digit((char) (buffer[at] & 0x7f), radix);
      if (digit < 0 || buffer[at] < 0) {
        throw new IOException("a length is malformed");
      }
      number = radix * number + digit;
    }
    return number;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Where a line ends, without the carriage return. */
  private int trimmed(int at, int over) {
    return over > at && buffer[over - 1] == '\r' ? over - 1 : over;
  }

  private byte[] chunks() throws IOException {
    byte[] body = new byte[0];
    while (true) {
      int over = line();
      int semicolon = from;
      while (semicolon < over && buffer[semicolon] != ';') {
        semicolon++;
      }
      int last = semicolon < over ? semicolon : trimmed(from, over);
      long length = number(from - 1, last, 16);
      from = over + 1;
      if (length == 0) {
        while (!isEmptyLine()) {
          // Trailers say nothing to us.
        }
        return body;
      }
      body = exactly(body, length);
      if (!isEmptyLine()) {
        throw new IOException("a chunk does not end where it should");
      }
    }
  }

  /** The bytes so far and some more; grows with what has come, not with what was announced. */
  private byte[] exactly(byte[] before, long length) throws IOException {
    if (length > maxBytes - before.length) {
      throw new TooLongException(maxBytes);
    }
    byte[] body = Arrays.copyOf(before, before.length + (int) Math.min(length, 1 << 20));
    int wanted = before.length + (int) length;
    int at = before.length;
    while (at < wanted) {
      if (at == body.length) {
        body = Arrays.copyOf(body, Math.min(wanted, 2 * body.length));
      }
      fill();
      int n = Math.min(to - from, body.length - at);
      System.arraycopy(buffer, from, body, at, n);
      from += n;
      at += n;
    }
    return body;
  }

  private byte[] rest() throws IOException {
    byte[] body = new byte[1 << 14];
    int at = 0;
    while (true) {
      try {
        fill();
      } catch (EOFException e) {
        return Arrays.copyOf(body, at);
      }
      if (at + (to - from) > maxBytes) {
        throw new TooLongException(maxBytes);
      }
      if (at + (to - from) > body.length) {
        body = Arrays.copyOf(body, Math.max(2 * body.length, at + (to - from)));
      }
      System.arraycopy(buffer, from, body, at, to - from);
      at += to - from;
      from = to;
    }
  }

  private boolean isEmptyLine() throws IOException {
    int over = line();
    boolean empty = trimmed(from, over) == from;
    from = over + 1;
    return empty;
  }

  /** Reads until there is a whole line from {@code from} on; where its line feed is. */
  private int line() throws IOException {
    int at = from;
    while (true) {
      for (; at < to; at++) {
        if (buffer[at] == '\n') {
          return at;
        }
      }
      if (at - from > MAX_LINE) {
        throw new IOException("a header is longer than " + MAX_LINE + " bytes");
      }
      if (to == buffer.length || from == to) {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        at -= from;
        to -= from;
        from = 0;
      }
      more();
    }
  }

  private void fill() throws IOException {
    if (from == to) {
      from = 0;
      to = 0;
      more();
    }
  }

  /** Reads behind what is there, at least one byte. */
  private void more() throws IOException {
    int n = wire.in().read(buffer, to, buffer.length - to);
    if (n <= 0) {
      throw new EOFException("the connection ended");
    }
    to += n;
  }

  @Override
  public boolean isAnswering() {
    return answering;
  }

  @Override
  public boolean isLasting() {
    return lasting;
  }

  @Override
  public void close() {
    wire.close();
  }
}
