package io.edgebeat.chain.evm.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A node's socket in the file system. JSON documents follow one another with nothing between them,
 * so where one ends is seen by its brackets.
 */
final class IpcMessages implements Messages {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final int maxBytes;
  private final ByteBuffer buffer = ByteBuffer.allocate(16_384).limit(0);

  IpcMessages(Path file, int maxBytes) throws IOException {
    this.maxBytes = maxBytes;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (UnsupportedOperationException e) {
      throw new IOException("this system has no such sockets", e);
    }
    try {
      channel.connect(UnixDomainSocketAddress.of(file));
      channel.configureBlocking(false);
      selector = Selector.open();
      key = channel.register(selector, 0);
    } catch (IOException e) {
      channel.close();
      throw e;
    } catch (RuntimeException e) {
      channel.close();
      throw new IOException("no socket can be there", e);
    }
  }

  @Override
  public void send(byte[] message, long end) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(message);
    while (left.hasRemaining()) {
      if (channel.write(left) == 0) {
        await(SelectionKey.OP_WRITE, end);
      }
    }
  }

  @Override
  public byte[] receive(long end) throws IOException {
    byte[] document = new byte[1_024];
    int length = 0;
    int depth = 0;
    boolean inText = false;
    boolean escaped = false;
    while (true) {
      byte b = next(end);
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

  private byte next(long end) throws IOException {
    while (!buffer.hasRemaining()) {
      buffer.clear();
      int read = channel.read(buffer);
      buffer.flip();
      if (read < 0) {
        throw new EOFException("the connection ended");
      }
      if (read == 0) {
        await(SelectionKey.OP_READ, end);
      }
    }
    return buffer.get();
  }

  private void await(int operation, long end) throws IOException {
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("no whole answer in time");
    }
    try {
      key.interestOps(operation);
      selector.select(millis);
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException | java.nio.channels.CancelledKeyException e) {
      throw new IOException("closed", e);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
  }

  @Override
  public void close() {
    try (channel;
        selector) {
      // Whoever waits is woken by the selector's end.
      key.cancel();
    } catch (IOException e) {
      // It is of no use any more in either case.
      buffer.limit(0);
    }
  }
}
