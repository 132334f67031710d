package io.edgebeat.chain.evm.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Posts to one HTTP/1.1 server over connections that are kept. The JDK's client would start threads
 * of its own and does half as many calls a second.
 */
final class HttpChannel implements Channel {
  private static final int MAX_LINE = 8_192;
  private static final int MAX_HEADERS = 100;

  /** Opening a connection for a call costs more than the call. */
  private static final int MAX_IDLE = 64;

  /** Who asked too often; the body then does not matter. */
  static final class StatusException extends IOException {
    private static final long serialVersionUID = 1L;

    StatusException(int status) {
      super("HTTP status " + status);
    }
  }

  private final URI uri;
  private final byte[] head;
  private final int port;
  private final boolean tls;
  private final Duration timeout;
  private final int maxBytes;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HttpChannel(URI uri, Duration timeout, int maxBytes) {
    this.uri = uri;
    this.tls = "https".equals(uri.getScheme());
    this.port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    this.timeout = timeout;
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
  public byte[] post(byte[] body) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    Connection kept = idle.pollFirst();
    if (kept != null) {
      try {
        return kept.exchange(body, end);
      } catch (IOException e) {
        kept.close();
        // A server may drop what is idle at any time; what it has begun to answer is not repeated.
        if (kept.answering || e instanceof SocketTimeoutException || closed) {
          throw e;
        }
      }
    }
    Connection fresh = new Connection(end);
    try {
      return fresh.exchange(body, end);
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    idle.clear();
    open.forEach(Connection::close);
  }

  private static int left(long end) throws SocketTimeoutException {
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("no whole answer in time");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  /** One connection, used by one call at a time. */
  private final class Connection {
    private final Socket socket = new Socket();
    private Socket stream = socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[16_384];
    private int from;
    private int to;
    private boolean answering;

    Connection(long end) throws IOException {
      open.add(this);
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(uri.getHost(), port), left(end));
        if (tls) {
          socket.setSoTimeout(left(end));
          stream = Tls.over(socket, uri.getHost(), port);
        }
        in = stream.getInputStream();
        out = stream.getOutputStream();
        if (closed) {
          throw new IOException("closed");
        }
      } catch (IOException | RuntimeException e) {
        close();
        throw e;
      }
    }

    byte[] exchange(byte[] body, long end) throws IOException {
      answering = false;
      byte[] length = (body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
      byte[] request = Arrays.copyOf(head, head.length + length.length + body.length);
      System.arraycopy(length, 0, request, head.length, length.length);
      System.arraycopy(body, 0, request, head.length + length.length, body.length);
      out.write(request);
      out.flush();
      return answer(end);
    }

    /** Header lines are compared where they lie: as texts they cost more than the whole call. */
    private byte[] answer(long end) throws IOException {
      int over = line(end);
      int line = from;
      answering = true;
      int status = status(line, over);
      boolean keep = buffer[line + 7] == '1';
      from = over + 1;
      long length = -1;
      boolean chunked = false;
      for (int headers = 0; ; headers++) {
        over = line(end);
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
                  isNamed("transfer-encoding", line)
                      ? value(colon, last).equals("chunked")
                      : chunked;
          case 10 -> keep &= !isNamed("connection", line) || !value(colon, last).contains("close");
          default -> {}
        }
      }
      if (status != 200) {
        throw new StatusException(status);
      }
      byte[] body;
      if (chunked) {
        body = chunks(end);
      } else if (length >= 0) {
        body = exactly(new byte[0], length, end);
      } else {
        body = rest(end);
        keep = false;
      }
      if (keep && !closed && from == to && idle.size() < MAX_IDLE) {
        idle.addFirst(this);
      } else {
        close();
      }
      return body;
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

    private byte[] chunks(long end) throws IOException {
      byte[] body = new byte[0];
      while (true) {
        int over = line(end);
        int semicolon = from;
        while (semicolon < over && buffer[semicolon] != ';') {
          semicolon++;
        }
        int last = semicolon < over ? semicolon : trimmed(from, over);
        long length = number(from - 1, last, 16);
        from = over + 1;
        if (length == 0) {
          while (!isEmptyLine(end)) {
            // Trailers say nothing to us.
          }
          return body;
        }
        body = exactly(body, length, end);
        if (!isEmptyLine(end)) {
          throw new IOException("a chunk does not end where it should");
        }
      }
    }

    /** The bytes so far and some more; grows with what has come, not with what was announced. */
    private byte[] exactly(byte[] before, long length, long end) throws IOException {
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
        fill(end);
        int n = Math.min(to - from, body.length - at);
        System.arraycopy(buffer, from, body, at, n);
        from += n;
        at += n;
      }
      return body;
    }

    private byte[] rest(long end) throws IOException {
      byte[] body = new byte[1 << 14];
      int at = 0;
      while (true) {
        try {
          fill(end);
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

    private boolean isEmptyLine(long end) throws IOException {
      int over = line(end);
      boolean empty = trimmed(from, over) == from;
      from = over + 1;
      return empty;
    }

    /** Reads until there is a whole line from {@code from} on; where its line feed is. */
    private int line(long end) throws IOException {
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
        more(end);
      }
    }

    private void fill(long end) throws IOException {
      if (from == to) {
        from = 0;
        to = 0;
        more(end);
      }
    }

    /** Reads behind what is there, at least one byte. */
    private void more(long end) throws IOException {
      stream.setSoTimeout(left(end));
      int n = in.read(buffer, to, buffer.length - to);
      if (n <= 0) {
        throw new EOFException("the connection ended");
      }
      to += n;
    }

    void close() {
      open.remove(this);
      try {
        // Not the TLS stream: it would first take leave, which can block.
        socket.close();
      } catch (IOException e) {
        // It is of no use any more in either case.
        idle.remove(this);
      }
    }
  }
}
