package io.edgebeat.core.journal;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The append-only journal of one directory: records are numbered from 1, become durable in order
 * and in groups, and are given back in order when the directory is opened again.
 *
 * <p><b>Promise.</b> A record whose completion reported no failure is in every later replay,
 * exactly once, behind all records with smaller numbers. A record whose completion never came, or
 * reported a failure, may be in a later replay, but only if all records before it are.
 *
 * <p><b>Flushing.</b> With a thread factory, one flusher thread writes, syncs and calls back.
 * Without one, whoever calls {@link #doWork()} does, and nothing happens between two calls: that is
 * how virtual time runs a journal. Appenders encode into one batch while another is written, so
 * everything that arrives during a sync shares the next one.
 *
 * <p><b>Threads.</b> All methods may be called from any thread, except that without a flusher
 * thread only one thread at a time may use the journal. {@link #append} blocks only when the
 * batches that wait are full; where that would block the flushing itself (inside a {@link
 * Completion}, or without a flusher thread) it refuses with {@code BUSY} instead. An interrupt ends
 * a wait, never a write.
 *
 * <p><b>Failure.</b> After the first failed write or sync, an error of the virtual machine
 * included, nothing is tried again: every pending and every later call fails with {@code
 * STORAGE_FAILED} naming the file. Opening the directory anew is the only way on.
 */
public final class Journal implements AutoCloseable {
  private final Disk disk;
  private final JournalOptions options;
  private final Disk.Lock directoryLock;
  private final byte[] id;
  private final Recovery recovery;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();

  /** One snapshot or reader at a time, and none while the journal closes. */
  private final ReentrantLock snapshotLock = new ReentrantLock();

  // Guarded by lock.
  private final ArrayDeque<Batch> full = new ArrayDeque<>();
  private final ArrayDeque<Batch> spare = new ArrayDeque<>();
  private final List<Long> segments;
  private final List<Long> snapshots;
  private Batch filling;
  private long next;
  private long segmentFirst;
  private int segmentSeed;
  private boolean busy;
  private boolean closing;
  private boolean closed;
  private @Nullable Thread worker;
  private @Nullable EdgeBeatException failure;
  private @Nullable RuntimeException closeFailure;

  // Owned by whoever set busy.
  private DiskFile active;
  private String activeName;
  private int activeSeed;
  private long end;
  private long allocated;
  private boolean marked;
  private final byte[] markBytes = new byte[Format.FRAME_HEADER];
  private final ByteBuffer markBuffer;

  private volatile long durable;

  private final @Nullable Thread flusher;
  private final CountDownLatch ended = new CountDownLatch(1);

  private Journal(
      Disk disk,
      JournalOptions options,
      Disk.Lock directoryLock,
      byte[] id,
      Recoverer.Ready ready,
      @Nullable ThreadFactory threads) {
    this.disk = disk;
    this.options = options;
    this.directoryLock = directoryLock;
    this.id = id;
    this.recovery = ready.recovery();
    this.segments = ready.segments();
    this.snapshots = ready.snapshots();
    this.next = recovery.nextSequence();
    this.durable = next - 1;
    this.segmentFirst = segments.getLast();
    this.segmentSeed = Format.segmentSeed(id, segmentFirst);
    this.active = ready.active();
    this.activeName = active.name();
    this.activeSeed = segmentSeed;
    this.end = ready.end();
    this.allocated = ready.allocated();
    this.markBuffer = disk.allocateBuffer(Format.FRAME_HEADER);
    this.filling = new Batch(disk, options.batchBytes());
    filling.start(next, end, false);
    this.flusher = threads == null ? null : threads.newThread(this::flushUntilClosed);
  }

  /**
   * Opens a journal that is flushed by calls of {@link #doWork()}.
   *
   * @param disk the directory, empty or holding a journal
   * @param options the settings
   * @param replay receives what the journal holds, before this method returns
   * @return the journal
   * @throws EdgeBeatException with code {@code LOCKED} if somebody else has the directory open,
   *     {@code CORRUPTED} naming file and offset, {@code UNKNOWN_VERSION} naming what was found, or
   *     {@code STORAGE_FAILED}
   */
  public static Journal open(Disk disk, JournalOptions options, JournalReplay replay) {
    return open(disk, options, replay, null);
  }

  /**
   * Opens a journal that is flushed by a thread of its own.
   *
   * @param disk the directory, empty or holding a journal
   * @param options the settings
   * @param replay receives what the journal holds, before this method returns
   * @param threads gives the one thread that flushes until {@link #close()}; null for none
   * @return the journal
   * @throws EdgeBeatException with code {@code LOCKED} if somebody else has the directory open,
   *     {@code CORRUPTED} naming file and offset, {@code UNKNOWN_VERSION} naming what was found, or
   *     {@code STORAGE_FAILED}
   */
  public static Journal open(
      Disk disk, JournalOptions options, JournalReplay replay, @Nullable ThreadFactory threads) {
    Disk.Lock directoryLock;
    try {
      directoryLock = disk.lock(Format.LOCK);
    } catch (IOException e) {
      throw Format.storageFailed(disk.locate(Format.LOCK), e);
    }
    Recoverer recoverer = new Recoverer(disk, options, replay);
    DiskFile opened = null;
    try {
      Recoverer.Ready found = recoverer.run();
      opened = found.active();
      Journal journal =
          new Journal(disk, options, directoryLock, recoverer.identity(), found, threads);
      if (journal.flusher != null) {
        journal.flusher.start();
      }
      return journal;
    } catch (IOException e) {
      String file = recoverer.touched();
      EdgeBeatException failed =
          Format.storageFailed(
              file.isEmpty() ? "the directory of " + disk.locate(Format.LOCK) : disk.locate(file),
              e);
      closeAfter(failed, opened, directoryLock);
      throw failed;
    } catch (RuntimeException | Error e) {
      closeAfter(e, opened, directoryLock);
      throw e;
    }
  }

  /** Closes what an opening that failed has left; why it failed is the exception to report. */
  private static void closeAfter(Throwable failed, @Nullable DiskFile file, Disk.Lock lock) {
    try (lock) {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      failed.addSuppressed(e);
    }
  }

  /**
   * The id of this journal.
   *
   * @return 16 bytes
   */
  public byte[] id() {
    return id.clone();
  }

  /**
   * What the opening found.
   *
   * @return the recovery
   */
  public Recovery recovery() {
    return recovery;
  }

  /**
   * The last record that is durable; 0 if none.
   *
   * @return its sequence
   */
  public long durableSequence() {
    return durable;
  }

  /**
   * Queues a record.
   *
   * @param payload the bytes; may be changed once this returns
   * @param completion told when the record is durable, or that it is not
   * @return the number of the record
   * @throws EdgeBeatException with code {@code INVALID_ARGUMENT} if the payload is too large,
   *     {@code BUSY} or {@code INTERRUPTED} if there was no room for it, {@code STORAGE_FAILED} if
   *     the journal has stopped, {@code CLOSED} if it is closed; the record is then not appended
   *     and the completion is not called
   */
  public long append(byte[] payload, Completion completion) {
    Objects.requireNonNull(completion, "completion");
    checkLength(payload);
    int checksum = Format.checksum(payload, 0, payload.length);
    lock.lock();
    try {
      awaitRoom(Format.FRAME_HEADER + payload.length);
      long sequence = add(payload, checksum, completion);
      if (!busy && filling.count == 1 && full.isEmpty()) {
        work.signal();
      }
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends a record and waits until it is durable. If nothing else is pending, the calling thread
   * writes and syncs itself, which costs no change of threads; completions of other records never
   * run in it, unless the journal has no flusher thread.
   *
   * @param payload the bytes
   * @return the number of the record
   * @throws EdgeBeatException as for {@link #append}, where {@code INTERRUPTED} may also mean that
   *     the record is appended but the wait for its sync was interrupted; with {@code UNSUPPORTED}
   *     inside a completion of this journal
   */
  public long appendAndSync(byte[] payload) {
    checkLength(payload);
    int checksum = Format.checksum(payload, 0, payload.length);
    Waiter waiter;
    long sequence;
    Batch own = null;
    lock.lock();
    try {
      if (Thread.currentThread().equals(worker)) {
        throw new EdgeBeatException(
            ErrorCode.UNSUPPORTED,
            "a completion cannot wait for a record of its own journal; append without waiting");
      }
      awaitRoom(Format.FRAME_HEADER + payload.length);
      waiter = new Waiter();
      if (!busy && full.isEmpty() && filling.count == 0) {
        sequence = add(payload, checksum, null);
        own = take();
      } else {
        sequence = add(payload, checksum, waiter);
      }
    } finally {
      lock.unlock();
    }
    if (own != null) {
      EdgeBeatException failed = null;
      try {
        failed = flush(own);
        idle();
      } finally {
        release(own);
      }
      if (failed != null) {
        throw again(failed);
      }
      return sequence;
    }
    if (flusher == null) {
      while (waiter.done.getCount() > 0) {
        // The record is in one of the next batches, or in the one that another thread flushes.
        if (doWork() == 0) {
          awaitIdle(sequence, waiter);
        }
      }
    }
    waiter.await(sequence);
    return sequence;
  }

  /**
   * Whether a thread of its own flushes it; otherwise {@link #doWork} does.
   *
   * @return true with a flusher thread
   */
  public boolean flushesItself() {
    return flusher != null;
  }

  /**
   * Writes, syncs and completes the records of one batch; for journals without a flusher thread.
   *
   * @return how many records were completed, 0 if there was nothing to do
   */
  public int doWork() {
    if (flusher != null) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED, "this journal is flushed by its own thread; do not call doWork");
    }
    Batch batch;
    lock.lock();
    try {
      batch = busy ? null : take();
    } finally {
      lock.unlock();
    }
    if (batch == null) {
      return 0;
    }
    int count = batch.count;
    Throwable thrown = carryOut(batch);
    finishIfAsked();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    return count;
  }

  /**
   * Stores the state that the records up to a number lead to, and deletes what is no longer needed
   * to rebuild it: older snapshots than {@link JournalOptions#withSnapshotsKept} asks for, and the
   * segments before the oldest one kept. Writes, syncs and renames in the calling thread while
   * appending goes on.
   *
   * @param state the bytes a later replay starts with
   * @param upToSequence the last record whose effect is in the state; durable, and above that of
   *     the previous snapshot
   * @throws EdgeBeatException with code {@code INVALID_ARGUMENT} if the sequence does not fit,
   *     {@code CLOSED}, or {@code STORAGE_FAILED}, after which the journal has stopped
   */
  public void writeSnapshot(byte[] state, long upToSequence) {
    Objects.requireNonNull(state, "state");
    snapshotLock.lock();
    try {
      lock.lock();
      try {
        checkOpen();
        long previous = snapshots.isEmpty() ? 0 : snapshots.getLast();
        if (upToSequence <= previous || upToSequence > durable) {
          throw new EdgeBeatException(
              ErrorCode.INVALID_ARGUMENT,
              "a snapshot must end behind record "
                  + previous
                  + " and not behind the last durable one, "
                  + durable
                  + ", but ends at "
                  + upToSequence);
        }
      } finally {
        lock.unlock();
      }
      String name = Format.snapshotName(upToSequence);
      try {
        storeSnapshot(name, state, upToSequence);
        deleteCovered(upToSequence);
      } catch (IOException | RuntimeException e) {
        throw again(fail(name, e));
      }
    } finally {
      snapshotLock.unlock();
    }
  }

  /**
   * Reads what is durable now, from the newest snapshot on, in the calling thread and while
   * appending goes on.
   *
   * @param replay receives the newest snapshot and every later record
   * @return the last record that was read, 0 if there is none
   * @throws EdgeBeatException with code {@code CLOSED}, {@code CORRUPTED} naming file and offset,
   *     or {@code STORAGE_FAILED}; reading that fails does not stop the journal
   */
  public long read(JournalReplay replay) {
    snapshotLock.lock();
    try {
      List<Long> from;
      List<Long> known;
      long upTo;
      lock.lock();
      try {
        checkOpen();
        upTo = durable;
        from = new ArrayList<>(segments);
        known = new ArrayList<>(snapshots);
      } finally {
        lock.unlock();
      }
      Recoverer reader = new Recoverer(disk, options.withRequiredId(id), replay);
      try {
        reader.read(from, known, upTo);
      } catch (IOException e) {
        throw Format.unreadable(disk.locate(reader.touched()), e);
      }
      return upTo;
    } finally {
      snapshotLock.unlock();
    }
  }

  /**
   * Copies what is durable now into an empty directory, which can be opened as a journal then: the
   * snapshots, the segments, and of the last one no more than is durable. In the calling thread and
   * while appending goes on. When this returns the copy is durable.
   *
   * @param target an empty directory
   * @return the last record of the copy, 0 if there is none
   * @throws EdgeBeatException with code {@code CLOSED}, {@code CORRUPTED} naming file and offset,
   *     or {@code STORAGE_FAILED}; copying that fails does not stop the journal
   */
  public long copyTo(Disk target) {
    snapshotLock.lock();
    try {
      List<Long> from;
      List<Long> known;
      long upTo;
      lock.lock();
      try {
        checkOpen();
        upTo = durable;
        from = new ArrayList<>(segments);
        known = new ArrayList<>(snapshots);
      } finally {
        lock.unlock();
      }
      JournalCopy copy = new JournalCopy(disk, options.withRequiredId(id), target);
      try {
        copy.run(from, known, upTo);
      } catch (IOException e) {
        throw Format.unreadable(copy.touched(), e);
      }
      return upTo;
    } finally {
      snapshotLock.unlock();
    }
  }

  /**
   * Checks every record, snapshot and checksum of a journal that is not open; changes nothing.
   *
   * @param disk the directory
   * @param replay receives every snapshot, oldest first, and then every record that is there
   * @return what there is
   * @throws EdgeBeatException with code {@code LOCKED} if the journal is open, {@code CORRUPTED}
   *     naming file and offset, {@code UNKNOWN_VERSION} or {@code STORAGE_FAILED}
   */
  public static JournalCheck check(Disk disk, JournalReplay replay) {
    Recoverer reader =
        new Recoverer(disk, JournalOptions.withNewId(new byte[JournalOptions.ID_BYTES]), replay);
    try {
      // A copy has no lock file, and one that cannot be written needs none.
      if (disk.list().contains(Format.LOCK)) {
        Disk.Lock held = disk.lock(Format.LOCK);
        try {
          return reader.check();
        } finally {
          held.close();
        }
      }
      return reader.check();
    } catch (IOException e) {
      throw Format.unreadable(
          disk.locate(reader.touched().isEmpty() ? Format.LOCK : reader.touched()), e);
    }
  }

  private void storeSnapshot(String name, byte[] state, long upTo) throws IOException {
    String temporary = name + Format.TEMPORARY;
    try (DiskFile file = disk.create(temporary)) {
      int checksum = Format.checksum(state, 0, state.length);
      file.write(
          0,
          ByteBuffer.wrap(
              Format.fileHeader(Format.SNAPSHOT_MAGIC, id, upTo, state.length, checksum)));
      file.write(Format.FILE_HEADER, ByteBuffer.wrap(state));
      file.sync();
    }
    disk.rename(temporary, name);
    disk.syncDirectory();
  }

  private void deleteCovered(long upTo) throws IOException {
    List<String> names = new ArrayList<>();
    lock.lock();
    try {
      snapshots.add(upTo);
      while (snapshots.size() > options.snapshotsKept()) {
        names.add(Format.snapshotName(snapshots.removeFirst()));
      }
      // With fewer snapshots than are to be kept, the first record still stands in for one.
      if (snapshots.size() == options.snapshotsKept()) {
        while (segments.size() > 1 && segments.get(1) <= snapshots.getFirst() + 1) {
          names.add(Format.segmentName(segments.removeFirst()));
        }
      }
    } finally {
      lock.unlock();
    }
    for (String name : names) {
      disk.delete(name);
    }
  }

  /**
   * Completes what is pending, leaves the last segment with a mark and gives the directory free. A
   * second call does nothing. Inside a completion it only asks for that and returns.
   *
   * @throws EdgeBeatException with code {@code STORAGE_FAILED} if the last writes failed; every
   *     record that was completed without failure is durable all the same
   */
  @Override
  public void close() {
    boolean inside;
    lock.lock();
    try {
      inside = Thread.currentThread().equals(worker);
      closing = true;
      work.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    if (inside) {
      return;
    }
    if (flusher == null) {
      RuntimeException thrown = null;
      try {
        while (doWork() > 0) {
          // Every batch that was appended before.
        }
      } catch (RuntimeException e) {
        thrown = e;
      }
      finishIfAsked();
      if (thrown != null) {
        throw thrown;
      }
    } else {
      awaitEnd();
      finishIfAsked();
    }
    if (closeFailure != null) {
      RuntimeException thrown = closeFailure;
      closeFailure = null;
      throw thrown;
    }
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- appending; the lock is held ----

  private void checkLength(byte[] payload) {
    if (payload.length > options.maxRecordBytes()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a record of "
              + payload.length
              + " bytes is too large for this journal, which takes up to "
              + options.maxRecordBytes());
    }
  }

  private void checkOpen() {
    if (failure != null) {
      throw again(failure);
    }
    if (closing) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the journal " + activeName + " is closed");
    }
  }

  /** Returns when {@code filling} takes the frame. */
  private void awaitIdle(long sequence, Waiter waiter) {
    lock.lock();
    try {
      while (busy && waiter.done.getCount() > 0) {
        room.await();
      }
    } catch (InterruptedException e) {
      throw Waiter.interrupted(sequence, e);
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom(int frame) {
    while (true) {
      checkOpen();
      boolean fitsSegment = filling.position + filling.size() + frame <= options.segmentBytes();
      if (fitsSegment && filling.hasRoom(frame)) {
        return;
      }
      if (filling.count == 0) {
        // Only the segment is full, and nothing waits to be written into it.
        openSegment(filling);
        return;
      }
      if (full.size() < options.maxQueuedBatches()) {
        long behind = filling.position + filling.size();
        // First what may fail for want of memory: no batch is both full and filling.
        Batch empty = spare.isEmpty() ? new Batch(disk, options.batchBytes()) : spare.pop();
        full.add(filling);
        filling = empty;
        filling.start(next, behind, false);
        if (!fitsSegment) {
          openSegment(filling);
        }
        return;
      }
      if (flusher == null || Thread.currentThread().equals(worker)) {
        throw new EdgeBeatException(
            ErrorCode.BUSY,
            RetryAdvice.AFTER_STATE_CHANGE,
            "all " + full.size() + " batches of the journal wait for the disk; append later",
            null);
      }
      try {
        room.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EdgeBeatException(
            ErrorCode.INTERRUPTED,
            RetryAdvice.SAME_CALL,
            "interrupted while waiting for room in the journal; the record was not appended",
            e);
      }
    }
  }

  private void openSegment(Batch batch) {
    batch.start(next, Format.FILE_HEADER, true);
    segmentFirst = next;
    segmentSeed = Format.segmentSeed(id, segmentFirst);
  }

  private long add(byte[] payload, int checksum, @Nullable Completion completion) {
    filling.add(payload, checksum, segmentSeed, completion);
    return next++;
  }

  /** The next batch for the disk, null if there is none; sets {@code busy} if there is. */
  private @Nullable Batch take() {
    Batch batch = full.poll();
    if (batch == null) {
      if (filling.count == 0) {
        return null;
      }
      batch = filling;
      long behind = batch.position + batch.size();
      filling = spare.isEmpty() ? new Batch(disk, options.batchBytes()) : spare.pop();
      filling.start(next, behind, false);
    }
    busy = true;
    worker = Thread.currentThread();
    return batch;
  }

  // ---- flushing; busy is set ----

  private void flushUntilClosed() {
    try {
      while (true) {
        Batch batch = null;
        lock.lock();
        try {
          while (busy || (batch = take()) == null) {
            if (closing && !busy) {
              break;
            }
            work.awaitUninterruptibly();
          }
        } finally {
          lock.unlock();
        }
        if (batch == null) {
          break;
        }
        report(carryOut(batch));
      }
      finishIfAsked();
    } catch (RuntimeException | Error e) {
      abandon(fail(activeName, e));
      throw e;
    } finally {
      ended.countDown();
    }
  }

  /** Tells everybody who waits that the flusher thread ends early (out of memory, or a defect). */
  private void abandon(EdgeBeatException failed) {
    List<Batch> pending;
    lock.lock();
    try {
      pending = new ArrayList<>(full);
      pending.add(filling);
      full.clear();
    } finally {
      lock.unlock();
    }
    for (Batch batch : pending) {
      report(complete(batch, failed));
      batch.count = 0;
    }
  }

  /**
   * A completion that throws is a defect of its owner, who is told as of any uncaught exception.
   */
  private static void report(@Nullable Throwable thrown) {
    if (thrown != null) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }
  }

  /** Makes a batch durable; returns why it is not. */
  private @Nullable EdgeBeatException flush(Batch batch) {
    lock.lock();
    try {
      if (failure != null) {
        return failure;
      }
    } finally {
      lock.unlock();
    }
    try {
      if (batch.opensSegment) {
        changeSegment(batch.first);
      }
      int length = batch.size();
      long behind = batch.position + length;
      SyncEvent event = new SyncEvent();
      event.begin();
      active.write(batch.position, batch.flip());
      marked = false;
      end = behind;
      allocate(behind, length);
      active.sync();
      durable = batch.first + batch.count - 1;
      event.end();
      if (event.shouldCommit()) {
        event.file = activeName;
        event.bytes = length;
        event.commit();
      }
      return null;
    } catch (IOException | RuntimeException | Error e) {
      // Also without memory: a record behind one that is missing could not be read again.
      return fail(activeName, e);
    }
  }

  /** Writes zeros ahead, unless the batches are so large that they extend the file well enough. */
  private void allocate(long behind, int length) throws IOException {
    if (behind + Format.FRAME_HEADER <= allocated) {
      return;
    }
    int ahead = options.preallocateBytes();
    if (length > ahead / 8) {
      allocated = Math.max(allocated, behind);
      return;
    }
    long to = Math.min(behind + ahead, (long) options.segmentBytes() + Format.FRAME_HEADER);
    if (to > behind) {
      active.zero(Math.max(behind, allocated), to);
      allocated = to;
    }
  }

  private void changeSegment(long first) throws IOException {
    seal();
    active.close();
    activeName = Format.segmentName(first);
    active = Recoverer.createSegment(disk, id, first);
    activeSeed = Format.segmentSeed(id, first);
    end = Format.FILE_HEADER;
    allocated = end;
    lock.lock();
    try {
      segments.add(first);
    } finally {
      lock.unlock();
    }
  }

  /** Leaves the active segment ending exactly behind a durable mark. */
  private void seal() throws IOException {
    mark();
    active.truncate(end + Format.FRAME_HEADER);
    allocated = end + Format.FRAME_HEADER;
    active.sync();
  }

  private void mark() throws IOException {
    Format.mark(markBytes, durable + 1, activeSeed, end);
    active.write(end, markBuffer.clear().put(markBytes).flip());
    allocated = Math.max(allocated, end + Format.FRAME_HEADER);
    marked = true;
  }

  /** Confirms the last batch on disk when no other batch is there to do it. */
  private void idle() {
    lock.lock();
    try {
      if (failure != null || marked || filling.count > 0 || !full.isEmpty()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    try {
      mark();
    } catch (IOException | RuntimeException | Error e) {
      fail(activeName, e);
    }
  }

  /** Calls back for every record of a batch; returns the first exception that a callback threw. */
  private static @Nullable Throwable complete(Batch batch, @Nullable EdgeBeatException failed) {
    Throwable thrown = null;
    for (int i = 0; i < batch.count; i++) {
      Completion completion = batch.takeCompletion(i);
      if (completion != null) {
        try {
          completion.completed(batch.first + i, failed == null ? null : again(failed));
        } catch (RuntimeException | Error e) {
          if (thrown == null) {
            thrown = e;
          } else if (!thrown.equals(e)) {
            thrown.addSuppressed(e);
          }
        }
      }
    }
    return thrown;
  }

  /** Writes, syncs and completes; returns what a callback has thrown. */
  private @Nullable Throwable carryOut(Batch batch) {
    try {
      Throwable thrown = complete(batch, flush(batch));
      idle();
      return thrown;
    } finally {
      release(batch);
    }
  }

  private void release(Batch batch) {
    lock.lock();
    try {
      busy = false;
      worker = null;
      spare.push(batch);
      room.signalAll();
      if (closing || filling.count > 0 || !full.isEmpty()) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private EdgeBeatException fail(String file, Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = Format.storageFailed(disk.locate(file), cause);
        work.signalAll();
        room.signalAll();
      }
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /** The same failure with the stack of the present caller. */
  private static EdgeBeatException again(EdgeBeatException failed) {
    return new EdgeBeatException(
        failed.code(), failed.advice(), String.valueOf(failed.getMessage()), failed);
  }

  /** Ends the journal if that was asked for and nothing is pending. */
  private void finishIfAsked() {
    snapshotLock.lock();
    try {
      boolean whole;
      lock.lock();
      try {
        if (!closing || closed || busy || filling.count > 0 || !full.isEmpty()) {
          return;
        }
        closed = true;
        whole = failure == null;
      } finally {
        lock.unlock();
      }
      try {
        if (whole) {
          seal();
        }
      } catch (IOException | RuntimeException | Error e) {
        closeFailure = again(fail(activeName, e));
      }
      try (directoryLock) {
        active.close();
      } catch (IOException e) {
        if (closeFailure == null) {
          closeFailure = Format.storageFailed(disk.locate(activeName), e);
        }
      }
    } finally {
      snapshotLock.unlock();
    }
  }

  /** Waits for one record. */
  private static final class Waiter implements Completion {
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable EdgeBeatException failure;

    @Override
    public void completed(long sequence, @Nullable EdgeBeatException failure) {
      this.failure = failure;
      done.countDown();
    }

    void await(long sequence) {
      try {
        done.await();
      } catch (InterruptedException e) {
        throw interrupted(sequence, e);
      }
      if (failure != null) {
        throw again(failure);
      }
    }

    static EdgeBeatException interrupted(long sequence, InterruptedException e) {
      Thread.currentThread().interrupt();
      return new EdgeBeatException(
          ErrorCode.INTERRUPTED,
          RetryAdvice.NEVER,
          "interrupted while record " + sequence + " goes to disk; it is appended",
          e);
    }
  }
}
