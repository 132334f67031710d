package io.edgebeat.core.market;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingListener;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: changes are put into its queue in their order and told later by one caller at a
 * time.
 */
final class Watch implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final ListingQuery query;
  private final ListingQuery anyTrust;
  private final ListingListener listener;
  private final Consumer<Watch> onClose;
  private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger undelivered = new AtomicInteger();

  /** Held during each call of the listener, so that closing waits for the call that is running. */
  private final ReentrantLock calling = new ReentrantLock();

  private volatile boolean closed;

  Watch(ListingQuery query, ListingListener listener, Consumer<Watch> onClose) {
    this.query = query;
    this.anyTrust =
        new ListingQuery(
            query.workloadType(),
            query.resources(),
            query.capabilities(),
            query.region(),
            query.tickUnit(),
            query.maxPerTick(),
            Long.MIN_VALUE);
    this.listener = listener;
    this.onClose = onClose;
  }

  void listed(Candidate candidate) {
    if (query.matches(candidate)) {
      Listing listing = candidate.listing();
      changes.add(() -> listener.listed(listing));
    }
  }

  /** Trust changes, and whoever searched before is to hear of the end too: told once too often. */
  void unlisted(Listing listing) {
    if (anyTrust.matches(new Candidate(listing, 0, Duration.ZERO, 0))) {
      ListingId id = listing.id();
      changes.add(() -> listener.unlisted(id));
    }
  }

  /** Tells what is in the queue, unless somebody is at it, who then tells this too. */
  void deliver() {
    if (undelivered.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      Optional<Runnable> change = next();
      while (change.isPresent()) {
        call(change.get());
        change = next();
      }
      seen = undelivered.addAndGet(-seen);
    } while (seen != 0);
  }

  private Optional<Runnable> next() {
    return Optional.ofNullable(changes.poll());
  }

  private void call(Runnable change) {
    calling.lock();
    try {
      if (!closed) {
        change.run();
      }
    } catch (RuntimeException e) {
      LOG.warn("A listener of listings has thrown; the others and it are told on", e);
    } catch (Error e) {
      close(); // else what it is not told would pile up
      throw e;
    } finally {
      calling.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    onClose.accept(this);
    calling.lock();
    try {
      changes.clear();
    } finally {
      calling.unlock();
    }
  }
}
