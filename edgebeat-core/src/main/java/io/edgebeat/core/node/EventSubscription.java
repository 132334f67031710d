package io.edgebeat.core.node;

import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.market.Subscription;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One listener of a node's events; who subscribes twice has two. */
final class EventSubscription implements Subscription {
  private final Consumer<NodeEvent> listener;
  private final Consumer<EventSubscription> onClose;

  /** Held during each call of the listener, so that closing waits for the call that is running. */
  private final ReentrantLock calling = new ReentrantLock();

  private volatile boolean closed;

  EventSubscription(Consumer<NodeEvent> listener, Consumer<EventSubscription> onClose) {
    this.listener = listener;
    this.onClose = onClose;
  }

  void tell(NodeEvent event) {
    calling.lock();
    try {
      if (!closed) {
        listener.accept(event);
      }
    } finally {
      calling.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    calling.lock();
    try {
      onClose.accept(this);
    } finally {
      calling.unlock();
    }
  }
}
