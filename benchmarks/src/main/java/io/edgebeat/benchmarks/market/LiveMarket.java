package io.edgebeat.benchmarks.market;

import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.market.EmbeddedMarketplace;
import io.edgebeat.core.market.MarketIndex;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The view a node has of its market, and the same listings as plain objects. While it is open, a
 * tenth of the listings changes every second, by the calls with which a marketplace passes on what
 * the ledger has said, once it has read the document.
 */
final class LiveMarket implements AutoCloseable {
  private static final long BEAT_NANOS = 2_000_000;

  final Candidates candidates;

  /** The same as objects: what the plain stream goes through. */
  final List<Candidate> objects = new ArrayList<>();

  /** Held while a change is made here and there. */
  final ReentrantLock changing = new ReentrantLock();

  private final ContentStore content = EmbeddedContent.inMemory();
  private final EmbeddedMarketplace marketplace =
      new EmbeddedMarketplace(content, InstantSource.system());
  private final MarketIndex index = marketplace.index();
  private final Random random;
  private final Supply supply;
  private final Thread churn = new Thread(this::churn, "churn");
  private final double changesPerSecond;
  private long began;
  private volatile boolean closed;
  private final AtomicLong changed = new AtomicLong();
  private volatile long changedUntil;
  private final AtomicLong spent = new AtomicLong();

  /** A market of so many listings. */
  LiveMarket(int listings, Random random) {
    this.random = random;
    supply = new Supply(random, listings);
    changesPerSecond = listings / 10.0;
    candidates = marketplace.candidates();
    for (int seller = 0; seller < listings / Supply.LISTINGS_OF_A_SELLER; seller++) {
      index.trust(Supply.address(seller), supply.fees());
    }
    for (int i = 0; i < listings; i++) {
      Listing listing = supply.listing(supply.anySeller());
      index.add(listing);
      objects.add(index.find(listing.id()).orElseThrow());
    }
  }

  /** From now on it changes. */
  void live() {
    began = System.nanoTime();
    churn.start();
  }

  /** How many listings have changed in each second of the clock on the wall. */
  double changedPerSecond() {
    return changed.get() * 1e9 / Math.max(1, changedUntil - began);
  }

  /** What one change has cost in processor time: one listing gone, another one there. */
  double microsOfAChange() {
    return spent.get() / 1e3 / Math.max(1, changed.get());
  }

  private void churn() {
    while (!closed) {
      while (changed.get() < (System.nanoTime() - began) * 1e-9 * changesPerSecond && !closed) {
        change(random.nextInt(objects.size()));
      }
      LockSupport.parkNanos(BEAT_NANOS);
    }
  }

  private void change(int at) {
    Listing old = objects.get(at).listing();
    Listing next = supply.listing(old.seller());
    changing.lock();
    try {
      long before = Rounds.processorNanos();
      index.remove(old.id());
      index.add(next);
      spent.addAndGet(Rounds.processorNanos() - before);
      objects.set(at, index.find(next.id()).orElseThrow());
    } finally {
      changing.unlock();
    }
    changed.incrementAndGet();
    changedUntil = System.nanoTime();
  }

  @Override
  public void close() {
    closed = true;
    try {
      churn.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    marketplace.close();
    content.close();
  }
}
