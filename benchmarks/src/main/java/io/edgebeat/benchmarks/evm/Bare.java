package io.edgebeat.benchmarks.evm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connection with the least that is needed of HTTP/1.1: a request of ready bytes, an answer of
 * the length that it says. No check, no limit, no time-out: what a client could do at best.
 */
final class Bare implements AutoCloseable {
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final URI uri;
  private byte[] buffer = new byte[1 << 14];

  Bare(URI uri) throws IOException {
    this.uri = uri;
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
  }

  /** A request, as it is sent. */
  byte[] request(String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("POST / HTTP/1.1\r\nHost: "
                + uri.getHost()
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  /** The body of the answer. */
  byte[] exchange(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    InputStream in = socket.getInputStream();
    int have = 0;
    int body = -1;
    int length = 0;
    while (body < 0 || have < body + length) {
      if (have == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
      int n = in.read(buffer, have, buffer.length - have);
      if (n < 0) {
        throw new EOFException();
      }
      have += n;
      if (body < 0) {
        body = bodyAt(have);
        length = body < 0 ? 0 : length(body);
      }
    }
    return Arrays.copyOfRange(buffer, body, body + length);
  }

  private int bodyAt(int have) {
    for (int i = 3; i < have; i++) {
      if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private int length(int end) throws IOException {
    for (int i = 0; i < end - LENGTH.length; i++) {
      if (Arrays.equals(buffer, i, i + LENGTH.length, LENGTH, 0, LENGTH.length)) {
        int length = 0;
        for (int at = i + LENGTH.length; buffer[at] >= '0' && buffer[at] <= '9'; at++) {
          length = 10 * length + buffer[at] - '0';
        }
        return length;
      }
    }
    throw new IOException("an answer without a length");
  }

  String ask(String json) throws IOException {
    return new String(exchange(request(json)), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
