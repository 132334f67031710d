package io.edgebeat.api.storage;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The one place that calls a block store: nothing reaches it after close, and whatever goes wrong
 * there is told in the words of a content store.
 *
 * <p>Threads: calls may overlap.
 */
final class Blocks {
  private final BlockStore store;
  private final AtomicBoolean closed = new AtomicBoolean();

  Blocks(BlockStore store) {
    this.store = store;
  }

  Optional<byte[]> get(ContentId id) {
    return interruptibly("reading", id, () -> store.get(id));
  }

  boolean has(ContentId id) {
    return interruptibly("looking for", id, () -> store.has(id));
  }

  void put(ContentId id, byte[] block) {
    call(
        "writing",
        id,
        () -> {
          store.put(id, block);
          return block;
        });
  }

  boolean isPinned(ContentId id) {
    return call("looking for the pin of", id, () -> store.isPinned(id));
  }

  void pin(ContentId id) {
    call(
        "pinning",
        id,
        () -> {
          store.pin(id);
          return id;
        });
  }

  void unpin(ContentId id) {
    call(
        "unpinning",
        id,
        () -> {
          store.unpin(id);
          return id;
        });
  }

  String place(ContentId id) {
    return store.place(id);
  }

  /** Drops every block that is not kept; returns the bytes of the others. */
  long sweep(ListableBlockStore all, Predicate<ContentId> kept) {
    return call(() -> "dropping blocks in " + all, () -> all.sweep(kept));
  }

  Collection<ContentId> pins(ListableBlockStore all) {
    return call(() -> "listing the pins in " + all, all::pins);
  }

  void ensureOpen() {
    if (closed.get()) {
      throw ContentFaults.closed();
    }
  }

  void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        store.close();
      } catch (Exception e) { // all that a BlockStore's methods promise to throw
        throw ContentFaults.of("closing " + store, e);
      }
    }
  }

  /** What is done for one block after the other, until an interrupt. */
  private <T> T interruptibly(String doing, ContentId id, Callable<T> call) {
    if (Thread.currentThread().isInterrupted()) {
      throw ContentFaults.interrupted(doing + " block " + id, null);
    }
    return call(doing, id, call);
  }

  private <T> T call(String doing, ContentId id, Callable<T> call) {
    return call(() -> doing + " block " + id + " in " + store.place(id), call);
  }

  private <T> T call(Supplier<String> what, Callable<T> call) {
    ensureOpen();
    T result;
    try {
      result = call.call();
    } catch (Exception e) { // all that a BlockStore's methods promise to throw
      ensureOpen();
      throw ContentFaults.of(what.get(), e);
    }
    ensureOpen(); // what a closing store no longer has is not missing
    return result;
  }
}
