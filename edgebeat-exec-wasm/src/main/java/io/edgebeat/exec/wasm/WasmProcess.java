package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.snapshot.SnapshotWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A handle, made by {@link WasmProcesses}: a guest that lives for many calls. Memory, globals,
 * tables and files stay as a call left them. Between two calls it can be frozen, and goes on from
 * there elsewhere with the same results, the same fuel and the same further snapshots.
 *
 * <p>A call that does not complete leaves the guest in its midst, so the process is over then: its
 * last snapshot is what one can go on from. It is over, too, when its guest exits, with code 0 as
 * well.
 *
 * <p>Threads: calls may overlap, but a guest does one thing at a time, and whoever asks for a
 * second one meanwhile is told {@code WRONG_STATE}. After close: {@code CLOSED}.
 */
public final class WasmProcess implements AutoCloseable {
  private final WasmProcesses owner;
  private final ProcessGuest guest;
  private final ReentrantLock busy = new ReentrantLock();
  private volatile boolean closed;
  private volatile @Nullable Execution current;

  WasmProcess(WasmProcesses owner, ProcessGuest guest) {
    this.owner = owner;
    this.guest = guest;
  }

  /**
   * Calls an exported function without input.
   *
   * @param entry the function
   * @param arguments its arguments as decimal numbers
   * @return how it ended
   * @throws EdgeBeatException as {@link #call(String, List, Optional)}
   */
  public WasmStep call(String entry, String... arguments) {
    return call(entry, List.of(arguments), Optional.empty());
  }

  /**
   * Calls an exported function. The first call also runs the module's start function, and {@code
   * _initialize} when it is exported, which belong to what the call has used.
   *
   * <p>Threads: one at a time. Blocking: until the call ends, at most for the wall time of the
   * limits; an interrupt ends the guest and the process, and stays set. Errors: as listed below;
   * the process goes on as if nothing had been asked, unless interrupted. After close: {@code
   * CLOSED}, also in the midst of it.
   *
   * @param entry the function
   * @param arguments its arguments as decimal numbers
   * @param input what the guest reads from descriptor 0 in this call; empty for nothing
   * @return how it ended; anything but {@link TaskOutcome.Completed} is the end of the process
   * @throws EdgeBeatException {@code BAD_WORKLOAD} naming the function or the argument, {@code
   *     CONTENT_NOT_FOUND}, {@code CONTENT_TOO_LARGE}, {@code WRONG_STATE} while another call is
   *     under way or when the process is over, {@code INTERRUPTED}
   */
  public WasmStep call(String entry, List<String> arguments, Optional<ContentId> input) {
    enter();
    try {
      Workload workload =
          new Workload(Workload.WASM, module(), Optional.of(entry), List.copyOf(arguments));
      EntryCall call = EntryCall.of(workload, guest.shape());
      ProcessRun run = new ProcessRun(guest, call, input.map(this::open).orElse(null));
      WasmExecution execution = owner.start(workload, guest.order(), run);
      current = execution;
      if (closed) {
        execution.stop("closed"); // who closed it has not seen this call
      }
      return awaited(execution);
    } finally {
      current = null;
      busy.unlock();
    }
  }

  private ContentReader open(ContentId input) {
    ContentReader reader = guest.order().content().open(input);
    long limit = limits().inputBytes();
    if (reader.sizeBytes() > limit) {
      long size = reader.sizeBytes();
      reader.close();
      throw new EdgeBeatException(
          ErrorCode.CONTENT_TOO_LARGE, "the input has " + size + " bytes; the limit is " + limit);
    }
    return reader;
  }

  private WasmStep awaited(WasmExecution execution) {
    TaskOutcome outcome;
    Optional<Blob> log;
    try {
      outcome = execution.await();
      log = execution.channel().awaitLog(Duration.ZERO);
    } catch (InterruptedException e) {
      guest.end();
      execution.close();
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED,
          RetryAdvice.NEVER,
          "interrupted while the process ran; it is over",
          e);
    }
    if (!(outcome instanceof TaskOutcome.Completed)) {
      guest.end();
    }
    return new WasmStep(outcome, execution.usage(), log.orElse(Blob.EMPTY));
  }

  /**
   * Freezes the process: stores all that its further results depend on, and pins it. The process
   * can be called and frozen again. Equal states have equal ids, and snapshots of one process share
   * the blocks of the memory that did not change between them.
   *
   * <p>Threads: one at a time. Blocking: as long as the store takes; an interrupt ends it with
   * {@code INTERRUPTED} or lets it finish, and stays set. Errors: as listed below, and what the
   * content store throws; the process goes on. After close: {@code CLOSED}.
   *
   * @return the snapshot
   * @throws EdgeBeatException {@code WRONG_STATE} before the first call, while one is under way and
   *     when the process is over; {@code UNSUPPORTED} when the guest holds a reference to something
   *     of its host
   */
  public ContentId freeze() {
    enter();
    try {
      if (!guest.hasBegun()) {
        throw new EdgeBeatException(
            ErrorCode.WRONG_STATE, "nothing was called yet: there is nothing but the module");
      }
      return guest.order().content().put(SnapshotWriter.write(guest.snapshot()), Progress.NONE);
    } finally {
      busy.unlock();
    }
  }

  private void enter() {
    if (closed) {
      throw closed();
    }
    if (!busy.tryLock() || busy.getHoldCount() > 1) {
      if (busy.isHeldByCurrentThread()) {
        busy.unlock();
      }
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE, "the process does something else at present");
    }
    if (closed || guest.isOver()) {
      busy.unlock();
      throw closed
          ? closed()
          : new EdgeBeatException(
              ErrorCode.WRONG_STATE, "the process is over; its last snapshot can go on");
    }
  }

  private static EdgeBeatException closed() {
    return new EdgeBeatException(ErrorCode.CLOSED, "the process is closed");
  }

  /**
   * Its module.
   *
   * @return the module's id
   */
  public ContentId module() {
    return guest.order().workload().image();
  }

  /**
   * What it may use: fuel in all its life, time, input and output in each call.
   *
   * @return the limits
   */
  public ExecutionLimits limits() {
    return guest.order().limits();
  }

  /**
   * What it may see of its host.
   *
   * @return the profile
   */
  public HostProfile hostProfile() {
    return guest.order().hostProfile();
  }

  /**
   * The fuel it has used in its life, before it was resumed too. While a call is under way it may
   * be behind.
   *
   * @return units of fuel
   */
  public long fuelUsed() {
    return guest.fuelUsed();
  }

  /**
   * The memory and files it holds now.
   *
   * @return bytes
   */
  public long memoryBytes() {
    return guest.memoryBytes();
  }

  /**
   * Whether it can be called no more, because it has ended or was ended.
   *
   * @return true when its last snapshot is all that is left
   */
  public boolean isOver() {
    return guest.isOver();
  }

  /**
   * Closes; idempotent.
   *
   * <p>Threads: at any time; a call that is under way is stopped. Blocking: until that has ended,
   * for some seconds at most, or until it is frozen. Errors: none. After close: nothing happens.
   */
  @Override
  public void close() {
    closed = true;
    Execution running = current;
    if (running instanceof WasmExecution execution) {
      execution.stop("closed");
    }
    busy.lock();
    try {
      guest.close();
    } finally {
      busy.unlock();
    }
    owner.closed(this);
  }
}
