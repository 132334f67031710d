package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;

/**
 * Requests over connections that are kept. A connection belongs to one request at a time, so what
 * comes on it is that request's answer.
 */
final class MessageChannel implements Channel {
  /** Opening a connection for a call costs more than the call. */
  private static final int MAX_IDLE = 64;

  private final Messages.Maker maker;
  private final Duration timeout;
  private final ConcurrentLinkedDeque<Messages> idle = new ConcurrentLinkedDeque<>();
  private final Set<Messages> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  MessageChannel(Messages.Maker maker, Duration timeout) {
    this.maker = maker;
    this.timeout = timeout;
  }

  @Override
  public <T> T post(byte[] body, Function<byte[], T> read) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    Messages kept = idle.pollFirst();
    if (kept != null) {
      try {
        return exchange(kept, body, end, read);
      } catch (SocketTimeoutException e) {
        // What has made this one silent, such as a gateway that forgets, has the others too.
        for (Messages other = idle.pollFirst(); other != null; other = idle.pollFirst()) {
          drop(other);
        }
        throw e;
      } catch (IOException e) {
        // A node may drop what is idle at any time; what it has begun to answer is not repeated.
        if (kept.isAnswering() || closed || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
    return exchange(fresh(end), body, end, read);
  }

  private Messages fresh(long end) throws IOException {
    Messages fresh = maker.make();
    // Before it is open: who closes must reach it.
    open.add(fresh);
    try {
      if (closed) {
        throw new IOException("closed");
      }
      fresh.open(end);
      return fresh;
    } catch (SocketTimeoutException e) {
      drop(fresh);
      throw new UnreachedException();
    } catch (IOException | RuntimeException e) {
      drop(fresh);
      throw e;
    }
  }

  private <T> T exchange(Messages messages, byte[] body, long end, Function<byte[], T> read)
      throws IOException {
    try {
      messages.send(body, end);
      T answer = read.apply(messages.receive(end));
      if (closed || !messages.isLasting() || idle.size() >= MAX_IDLE) {
        drop(messages);
      } else {
        idle.addFirst(messages);
      }
      return answer;
    } catch (IOException | RuntimeException e) {
      drop(messages);
      throw e;
    }
  }

  private void drop(Messages messages) {
    open.remove(messages);
    messages.close();
  }

  @Override
  public void close() {
    closed = true;
    idle.clear();
    open.forEach(Messages::close);
  }
}
