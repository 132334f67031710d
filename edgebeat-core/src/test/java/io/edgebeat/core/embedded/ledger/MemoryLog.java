package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.api.storage.ContentId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A log in memory, as one reader sees it, who may be lied to. */
final class MemoryLog implements TransactionLog {
  private static final int PAGE = 3;

  private final List<Entry> entries;
  private final InstantSource clock;
  private final Bytes32 id;
  private boolean closed;

  /** Whether it cannot be reached. */
  boolean down;

  /** What the next answers are turned into. */
  UnaryOperator<Page> lie = UnaryOperator.identity();

  private MemoryLog(List<Entry> entries, InstantSource clock, Bytes32 id) {
    this.entries = entries;
    this.clock = clock;
    this.id = id;
  }

  static MemoryLog empty(InstantSource clock) {
    return new MemoryLog(new ArrayList<>(), clock, ContentId.sha256(new byte[] {1}));
  }

  /** The same log as another reader sees it. */
  MemoryLog again() {
    return new MemoryLog(entries, clock, id);
  }

  /** A log of another name that has the same entries. */
  MemoryLog copied() {
    return new MemoryLog(new ArrayList<>(entries), clock, ContentId.sha256(new byte[] {2}));
  }

  @Override
  public Bytes32 id() {
    return id;
  }

  @Override
  public void append(Blob transaction) throws IOException {
    synchronized (entries) {
      check();
      byte[] hash = {(byte) entries.size()};
      entries.add(new Entry(ContentId.sha256(hash), clock.instant(), transaction));
      entries.notifyAll();
    }
  }

  @Override
  public Page read(long from, Duration timeout) throws InterruptedException, IOException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (entries) {
      check();
      for (long left = timeout.toMillis(); from >= entries.size() && left > 0; ) {
        entries.wait(left);
        check();
        left = (end - System.nanoTime()) / 1_000_000;
      }
      int first = (int) Math.min(from, entries.size());
      int last = Math.min(first + PAGE, entries.size());
      return lie.apply(new Page(entries.size(), clock.instant(), entries.subList(first, last)));
    }
  }

  @Override
  public void close() {
    synchronized (entries) {
      closed = true;
      entries.notifyAll();
    }
  }

  private void check() throws IOException {
    if (down) {
      throw new IOException("nobody is there");
    }
    if (closed) {
      throw new IOException("the log is closed");
    }
  }
}
