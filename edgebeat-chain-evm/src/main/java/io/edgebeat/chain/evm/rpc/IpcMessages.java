package io.edgebeat.chain.evm.rpc;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A node's socket in the file system. JSON documents follow one another with nothing between them,
 * so where one ends is seen by its brackets.
 */
final class IpcMessages implements Messages {
  private final Wire wire = Wire.file();
  private final InputStream in = new BufferedInputStream(wire.in(), 16_384);
  private final Path file;
  private final int maxBytes;
  private boolean answering;

  IpcMessages(Path file, int maxBytes) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  @Override
  public void open(long end) throws IOException {
    wire.until(end);
    try {
      wire.connect(UnixDomainSocketAddress.of(file));
    } catch (RuntimeException e) {
      throw new IOException("no socket can be there", e);
    }
  }

  @Override
  public void send(byte[] message, long end) throws IOException {
    answering = false;
    wire.until(end);
    wire.out().write(message);
  }

  @Override
  public byte[] receive(long end) throws IOException {
    wire.until(end);
    byte[] document = new byte[1_024];
    int length = 0;
    int depth = 0;
    boolean inText = false;
    boolean escaped = false;
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended");
      }
      answering = true;
      byte b = (byte) next;
      if (length == 0 && b <= ' ') {
        continue;
      }
      if (length == maxBytes) {
        throw new TooLongException(maxBytes);
      }
      if (length == document.length) {
        document = Arrays.copyOf(document, 2 * length);
      }
      document[length++] = b;
      if (inText) {
        inText = escaped || b != '"';
        escaped = !escaped && b == '\\';
        continue;
      }
      switch (b) {
        case '"' -> inText = true;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        default -> {}
      }
      if (depth == 0 && !inText && (b == '}' || b == ']')) {
        return Arrays.copyOf(document, length);
      }
      if (depth <= 0) {
        throw new IOException("the answer is no JSON object or array");
      }
    }
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
