package io.edgebeat.core.node;

import io.edgebeat.core.journal.Journal;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When a node makes a snapshot: as soon as so much was journaled since the last one, and as much as
 * the last one is long, so that what is written again stays a fixed part of what is written.
 */
final class Snapshots {
  private final long least;
  private final AtomicLong since = new AtomicLong();
  private final AtomicBoolean underway = new AtomicBoolean();
  private volatile long last;
  private volatile boolean open;

  Snapshots(long least) {
    this.least = least;
  }

  /** A record is in the journal and in no snapshot. */
  void appended(int bytes) {
    since.addAndGet(bytes);
  }

  /** The journal begins with a snapshot. */
  void found(int bytes) {
    last = bytes;
  }

  /** The node is open: until then it has more urgent things to do. */
  void open() {
    open = true;
  }

  /** Whether it is time; whoever is told so, and nobody else until then, calls {@link #write}. */
  boolean begin() {
    return open && since.get() >= Math.max(least, last) && underway.compareAndSet(false, true);
  }

  /** Writes one; what is appended meanwhile counts for the next. */
  void write(Journal journal) {
    long before = since.get();
    try {
      last = Math.max(last, NodeSnapshot.write(journal));
      since.addAndGet(-before);
    } finally {
      underway.set(false);
    }
  }
}
