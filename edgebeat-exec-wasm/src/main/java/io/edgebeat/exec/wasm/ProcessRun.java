package io.edgebeat.exec.wasm;

import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.task.TaskOutcome;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** One call of a process, as an execution runs it. */
final class ProcessRun implements GuestRun {
  private final ProcessGuest guest;
  private final EntryCall entry;
  private final @Nullable ContentReader input;
  private final long fuelBefore;
  private volatile @Nullable Thread thread;
  private volatile @Nullable GuestControl control;

  /**
   * A call that has not begun.
   *
   * @param input what it reads, null for nothing; closed here
   */
  ProcessRun(ProcessGuest guest, EntryCall entry, @Nullable ContentReader input) {
    this.guest = guest;
    this.entry = entry;
    this.input = input;
    this.fuelBefore = guest.fuelUsed();
  }

  @Override
  public TaskOutcome run(GuestControl wishes, Counters counters, ExecutionLog log) {
    thread = Thread.currentThread();
    control = wishes;
    try {
      InputStream bytes = input == null ? InputStream.nullInputStream() : input.stream();
      return guest.call(entry, wishes, counters, log, bytes);
    } finally {
      drop();
    }
  }

  @Override
  public void changed() {
    GuestControl wishes = control;
    if (wishes != null && wishes.isEnding()) {
      kill();
    }
  }

  @Override
  public void kill() {
    guest.stop();
  }

  @Override
  public void drop() {
    if (input != null) {
      input.close();
    }
  }

  @Override
  public long memoryBytes() {
    return guest.memoryBytes();
  }

  @Override
  public long cpuNanos() {
    return LocalRun.cpuNanos(thread);
  }

  @Override
  public long fuel() {
    return guest.fuelUsed() - fuelBefore;
  }
}
