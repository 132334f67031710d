package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Requests over connections that carry messages. A connection belongs to one request at a time, so
 * what comes on it is that request's answer.
 */
final class MessageChannel implements Channel {
  private static final int MAX_IDLE = 16;

  private final Messages.Opener opener;
  private final Duration timeout;
  private final ConcurrentLinkedDeque<Messages> idle = new ConcurrentLinkedDeque<>();
  private final Set<Messages> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  MessageChannel(Messages.Opener opener, Duration timeout) {
    this.opener = opener;
    this.timeout = timeout;
  }

  @Override
  public byte[] post(byte[] body) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    Messages kept = idle.pollFirst();
    if (kept != null) {
      try {
        return exchange(kept, body, end);
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        // A node may drop what is idle at any time.
        if (closed || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
    Messages fresh = opener.open();
    open.add(fresh);
    if (closed) {
      drop(fresh);
      throw new IOException("closed");
    }
    return exchange(fresh, body, end);
  }

  private byte[] exchange(Messages messages, byte[] body, long end) throws IOException {
    try {
      messages.send(body, end);
      byte[] answer = messages.receive(end);
      if (closed || idle.size() >= MAX_IDLE) {
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
