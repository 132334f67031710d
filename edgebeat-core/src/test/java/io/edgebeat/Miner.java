package io.edgebeat;

import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Makes a block every few milliseconds, except while a test wants to make them itself. */
final class Miner {
  private static final long PAUSE_MILLIS = 20;

  private final EmbeddedChain chain;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean paused;
  private boolean closed;

  Miner(EmbeddedChain chain) {
    this.chain = chain;
    thread = Thread.ofPlatform().daemon().name("miner").start(this::run);
  }

  private void run() {
    lock.lock();
    try {
      while (!closed) {
        if (!paused) {
          chain.mine(1);
        }
        boolean unused = changed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** From the return of this on, no block comes but of who sends a transaction. */
  void pause() {
    set(true);
  }

  void resume() {
    set(false);
  }

  private void set(boolean pause) {
    lock.lock();
    try {
      paused = pause;
    } finally {
      lock.unlock();
    }
  }

  void end() throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.join();
  }
}
