package io.edgebeat.store.jdbc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few connections that are used again and again. The first call opens the database and brings its
 * schema up to date; where that fails, the next call tries again. Files of its own that fail twice
 * without a reason are damaged, even if other calls succeed: they are deleted and made anew.
 */
final class Connections implements AutoCloseable {
  private static final int MOST = 8;

  /** So many unexplained failures are no chance. */
  private static final int PATIENCE = 2;

  /** Something in one transaction. */
  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  private final Place place;
  private final Optional<OwnFiles> files;
  private final Work<?> begin;
  private final Semaphore free = new Semaphore(MOST);
  private final ReentrantLock opening = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Connection> idle = new ArrayDeque<>();

  /** Held while the database is open: an embedded one ends with its last connection. */
  private @Nullable Connection anchor;

  /** Whether the files are marked; under {@code opening}. */
  private boolean begun;

  private volatile boolean open;
  private volatile boolean closed;
  private final AtomicInteger unexplained = new AtomicInteger();

  /**
   * @param begin what to do once the schema is there
   */
  Connections(Place place, Work<?> begin) {
    this.place = place;
    this.files = place.directory().map(OwnFiles::new);
    this.begin = begin;
  }

  /** Reads; once more where an idle connection turns out to be dead. */
  <T> T read(Work<T> work) {
    return with(work, true);
  }

  /** Writes, in one transaction. */
  <T> T write(Work<T> work) {
    return with(work, false);
  }

  private <T> T with(Work<T> work, boolean again) {
    acquire();
    try {
      ready();
      return tried(work, again);
    } catch (SQLException e) {
      throw isDamaged(e) ? Failures.damaged(place, e) : Failures.of(place, e);
    } finally {
      free.release();
    }
  }

  private <T> T tried(Work<T> work, boolean again) throws SQLException {
    try {
      return once(work);
    } catch (SQLException e) {
      if (!again || !Failures.lost(e) || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return once(work);
    }
  }

  /** Whether a failure is one too many; then the next call makes the database anew. */
  private boolean isDamaged(Exception failure) {
    if (files.isEmpty()
        || !Failures.isUnexplained(failure)
        || unexplained.incrementAndGet() < PATIENCE) {
      return false;
    }
    open = false;
    return true;
  }

  private void acquire() {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED,
          RetryAdvice.SAME_CALL,
          "interrupted while waiting for the index at " + place,
          e);
    }
  }

  private void ready() throws SQLException {
    requireOpen();
    if (open) {
      return;
    }
    // Not under the other lock: whoever closes does not wait for a database that does not answer.
    opening.lock();
    try {
      requireOpen();
      if (!open) {
        if (unexplained.get() >= PATIENCE) {
          makeAnew();
        }
        open();
      }
    } catch (EdgeBeatException e) {
      throw isDamaged(e) ? Failures.damaged(place, e) : e;
    } finally {
      opening.unlock();
    }
  }

  private void makeAnew() throws SQLException {
    lock.lock();
    try {
      dropIdle();
      drop(anchor);
      anchor = null;
    } finally {
      lock.unlock();
    }
    files.orElseThrow().delete(place);
    begun = false;
    unexplained.set(0);
  }

  private void open() throws SQLException {
    if (files.isPresent() && !begun) {
      files.get().begin(place);
      begun = true;
    }
    Connection held = place.connect();
    boolean kept = false;
    try {
      Schema.prepare(place);
      Connection first = connect();
      try {
        begin.run(first);
        first.commit();
      } finally {
        first.close();
      }
      kept = keep(held);
    } finally {
      if (!kept) {
        drop(held);
      }
    }
    requireOpen();
  }

  private boolean keep(Connection held) {
    lock.lock();
    try {
      if (!closed) {
        anchor = held;
        open = true;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the index at " + place + " is closed");
    }
  }

  private Connection connect() throws SQLException {
    Connection connection = place.connect();
    try {
      connection.setSchema(place.schema());
      connection.commit();
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    Connection connection = take();
    boolean sound = false;
    try {
      T answer = work.run(connection);
      connection.commit();
      sound = true;
      return answer;
    } catch (EdgeBeatException refused) {
      connection.rollback();
      sound = true;
      throw refused;
    } finally {
      if (sound) {
        giveBack(connection);
      } else {
        // Its transaction ends with it; the others may be as dead.
        drop(connection);
        dropIdle();
      }
    }
  }

  private Connection take() throws SQLException {
    lock.lock();
    try {
      requireOpen();
      Connection connection = idle.poll();
      if (connection != null) {
        return connection;
      }
    } finally {
      lock.unlock();
    }
    return connect();
  }

  private void giveBack(Connection connection) {
    lock.lock();
    try {
      if (!closed) {
        idle.push(connection);
        return;
      }
    } finally {
      lock.unlock();
    }
    drop(connection);
  }

  private void dropIdle() {
    lock.lock();
    try {
      idle.forEach(Connections::drop);
      idle.clear();
    } finally {
      lock.unlock();
    }
  }

  private static boolean drop(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
      return true;
    } catch (SQLException alreadyGone) {
      // What is dropped is of no use; that it says so is no news.
      return false;
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      dropIdle();
      boolean ended = anchor != null && drop(anchor) && free.availablePermits() == MOST;
      anchor = null;
      if (ended) {
        files.ifPresent(OwnFiles::end);
      }
    } finally {
      lock.unlock();
    }
  }
}
