package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import io.edgebeat.exec.wasm.snapshot.Snapshot;
import io.edgebeat.exec.wasm.wasi.Work;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The guest of a process: an instance that lives from the first call to the end, and its host. One
 * call at a time, each on a thread of its own; what it holds is looked at between two calls.
 */
final class ProcessGuest {
  private final ExecutionRequest order;
  private final ModuleCache.Prepared prepared;
  private final ProcessControl control = new ProcessControl();
  private final WasiHost host;
  private volatile WasmEngine.@Nullable Instance instance;
  private volatile boolean over;
  private boolean running; // by this, and so are the following
  private boolean closed;
  private boolean released;

  /**
   * A guest that has not begun.
   *
   * @param order its module, its limits and what it may see
   * @param prepared its module, ready to be started
   * @param maxima the most that is given to anyone
   */
  ProcessGuest(ExecutionRequest order, ModuleCache.Prepared prepared, WasmLimits maxima) {
    this.order = order;
    this.prepared = prepared;
    this.host =
        new WasiHost(
            order,
            new PaidControl(control, this::pay),
            new Counters(),
            new ExecutionLog(),
            InputStream.nullInputStream(),
            maxima.messageBytes(),
            maxima.files());
  }

  ExecutionRequest order() {
    return order;
  }

  ModuleShape shape() {
    return prepared.shape();
  }

  /** Whether it has begun, or goes on from a snapshot. */
  boolean hasBegun() {
    return instance != null;
  }

  /** Whether it can be called no more: it has ended, or was ended, in the midst of a call. */
  boolean isOver() {
    return over;
  }

  /** A call of it did not come to its end. */
  void end() {
    over = true;
  }

  /** What it has used since it began; never more than the limit. */
  long fuelUsed() {
    WasmEngine.Instance current = instance;
    return current == null ? 0 : order.limits().fuel() - Math.max(0, current.fuelLeft());
  }

  /** Memory and files there are now; for any thread. */
  long memoryBytes() {
    WasmEngine.Instance current = instance;
    return current != null
        ? current.memoryBytes() + host.fileBytes()
        : shape().memory().map(size -> size.min() * ModuleShape.PAGE_BYTES).orElse(0L);
  }

  private void pay(Work work, long amount) {
    WasmEngine.Instance current = instance;
    if (current != null && !FuelSupply.takes(current, work, amount)) {
      throw new GuestEnd.OutOfFuel();
    }
  }

  private WasmEngine.Instance instantiate() {
    List<WasmEngine.HostCall> imports = shape().imports().stream().map(host::call).toList();
    return prepared
        .compiled()
        .instantiate(imports, order.limits().memoryBytes() / ModuleShape.PAGE_BYTES, control::gate);
  }

  private WasmEngine.Instance begun() {
    WasmEngine.Instance known = instance;
    if (known != null) {
      return known;
    }
    WasmEngine.Instance started = instantiate();
    started.fuelLeft(order.limits().fuel());
    instance = started;
    return started;
  }

  /** Runs one call, on the current thread. */
  TaskOutcome call(
      EntryCall entry,
      GuestControl caller,
      Counters counters,
      ExecutionLog log,
      InputStream input) {
    synchronized (this) {
      running = true;
    }
    boolean returned = false;
    try {
      control.current(caller);
      host.streams.begin(counters, log, input);
      boolean first = !hasBegun();
      WasmEngine.Instance guest = begun();
      if (first) {
        begin(guest, entry);
      }
      long[] results = guest.call(entry.function(), entry.arguments());
      if (guest.fuelLeft() < 0) {
        return new TaskOutcome.OutOfFuel();
      }
      host.appendOutput(entry.text(results).getBytes(StandardCharsets.US_ASCII));
      TaskOutcome outcome = ended(0);
      returned = true;
      return outcome;
    } catch (GuestEnd.Exit e) {
      return ended(e.code);
    } catch (GuestEnd e) {
      return GuestOutcome.of(e, instance, shape(), order.limits());
    } finally {
      host.streams.end();
      control.current(null);
      left(returned);
    }
  }

  private void begin(WasmEngine.Instance guest, EntryCall entry) {
    if (prepared.hasStart()) {
      guest.call(MeteredModule.START, new long[0]);
    }
    if (shape().functionExports().containsKey(EntryCall.INITIALIZE)
        && !entry.function().equals(EntryCall.INITIALIZE)) {
      guest.call(EntryCall.INITIALIZE, new long[0]);
    }
  }

  /** Ends the call that is under way; for any thread. */
  void stop() {
    WasmEngine.Instance current = instance;
    if (current != null) {
      current.stop();
    }
  }

  private TaskOutcome ended(int code) {
    var result = order.content().put(ContentSource.of(host.output()), Progress.NONE);
    return code == 0 ? new TaskOutcome.Completed(result) : new TaskOutcome.Exited(code, result);
  }

  private synchronized void left(boolean returned) {
    running = false;
    over |= !returned;
    if (over || closed) {
      release();
    }
  }

  /** It is called no more; gives back what it holds, when it has left its thread. */
  synchronized void close() {
    closed = true;
    if (!running) {
      release();
    }
  }

  private void release() {
    WasmEngine.Instance ended = instance;
    if (ended != null && !released) {
      released = true;
      ended.release();
    }
  }

  /** Everything that its further results depend on; between two calls, with its own memory. */
  Snapshot snapshot() {
    return new Snapshot(
        order.workload().image(),
        prepared.imageHash(),
        CostTable.CURRENT.version(),
        order.limits(),
        order.hostProfile(),
        fuelUsed(),
        begun().state(),
        host.state());
  }

  /**
   * Takes up a snapshot, in place of beginning.
   *
   * @throws EdgeBeatException {@code BAD_WORKLOAD} naming what does not fit; the guest is not used
   *     then
   */
  void restore(Snapshot snapshot) {
    if (!snapshot.imageHash().equals(prepared.imageHash())) {
      throw bad(
          "it was made of a program with hash "
              + snapshot.imageHash()
              + ", but module "
              + snapshot.module()
              + " is run here as one with hash "
              + prepared.imageHash(),
          null);
    }
    WasmEngine.Instance fresh;
    try {
      fresh = instantiate();
    } catch (GuestEnd e) {
      throw bad("its module cannot begin: " + e.getMessage(), e);
    }
    instance = fresh; // from here on close() gives back what it holds
    fresh.restore(snapshot.machine(), prepared.references());
    fresh.fuelLeft(snapshot.limits().fuel() - snapshot.fuelUsed());
    try {
      host.restore(snapshot.host());
    } catch (GuestEnd e) {
      throw bad("the state of its host: " + e.getMessage(), e);
    }
    if (host.output().length > 0) {
      throw bad("it has the output of a call that is over", null);
    }
    if (!Arrays.equals(host.state(), snapshot.host())) {
      throw bad("the state of its host is not in its one spelling", null);
    }
  }

  private static EdgeBeatException bad(String why, @Nullable Throwable cause) {
    return new EdgeBeatException(
        ErrorCode.BAD_WORKLOAD, RetryAdvice.NEVER, "bad snapshot: " + why, cause);
  }
}
