package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * The bytes of one connection. Whatever waits for it, to connect, to be heard or to hear, waits no
 * longer than until {@link #until}, below TLS too: the time-out of a socket is for one read, and so
 * begins anew with each byte that drips in. Used by one thread at a time; closed by any.
 */
final class Wire implements AutoCloseable {
  /** A thread keeps as much memory outside of the heap as it has moved at once. */
  private static final int PIECE = 1 << 16;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private InputStream in = new In();
  private OutputStream out = new Out();
  private long end;

  /** Something was said since something was heard: the answer is not there yet. */
  private boolean asked;

  private Wire(SocketChannel channel) throws IOException {
    this.channel = channel;
    try {
      channel.configureBlocking(false);
      selector = Selector.open();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    key = channel.register(selector, 0);
  }

  /** One over TCP, not connected yet. */
  static Wire tcp() throws IOException {
    return new Wire(SocketChannel.open());
  }

  /** One over a socket in the file system, not connected yet. */
  static Wire file() throws IOException {
    try {
      return new Wire(SocketChannel.open(StandardProtocolFamily.UNIX));
    } catch (UnsupportedOperationException e) {
      throw new IOException("this system has no such sockets", e);
    }
  }

  /** What follows waits no longer than until a time of {@link System#nanoTime()}. */
  void until(long time) {
    end = time;
  }

  /** Connects to the host of a URL. */
  void connect(URI uri, boolean tls) throws IOException {
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    InetSocketAddress address = new InetSocketAddress(uri.getHost(), port);
    if (address.isUnresolved()) {
      throw new UnknownHostException(uri.getHost());
    }
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    connect(address);
    if (tls) {
      Socket secure = Tls.over(in, out, uri.getHost(), port);
      in = secure.getInputStream();
      out = secure.getOutputStream();
    }
  }

  /** Connects to a socket in the file system. */
  void connect(UnixDomainSocketAddress address) throws IOException {
    connect((SocketAddress) address);
  }

  private void connect(SocketAddress address) throws IOException {
    boolean connected = channel.connect(address);
    while (!connected) {
      await(SelectionKey.OP_CONNECT);
      connected = channel.finishConnect();
    }
  }

  /** What comes; a read is at an end with the connection. */
  InputStream in() {
    return in;
  }

  /** What goes. */
  OutputStream out() {
    return out;
  }

  private long left() throws SocketTimeoutException {
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("no whole answer in time");
    }
    return millis;
  }

  private void await(int operation) throws IOException {
    try {
      key.interestOps(operation);
      selector.select(left());
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw new IOException("closed", e);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      ByteBuffer buffer = ByteBuffer.wrap(to, from, Math.min(length, PIECE));
      // Also while there is always something to read.
      left();
      int n = asked ? 0 : channel.read(buffer);
      asked = false;
      while (n == 0) {
        await(SelectionKey.OP_READ);
        n = channel.read(buffer);
      }
      return n;
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      asked = true;
      for (int at = from, over = from + length; at < over; ) {
        left();
        int n = channel.write(ByteBuffer.wrap(bytes, at, Math.min(over - at, PIECE)));
        if (n == 0) {
          await(SelectionKey.OP_WRITE);
        }
        at += n;
      }
    }
  }

  /** Whoever waits is woken by the selector's end. TLS does not take leave: that can block. */
  @Override
  public void close() {
    try (channel;
        selector) {
      key.cancel();
    } catch (IOException e) {
      // It is of no use any more in either case.
      assert !channel.isOpen();
    }
  }
}
