package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import org.jspecify.annotations.Nullable;

/** What became of a guest that did not return. */
final class GuestOutcome {
  private static final String TOO_DEEP = "call stack exhausted";

  private GuestOutcome() {}

  /** The outcome of every end but {@link GuestEnd.Exit}, whose output belongs to it. */
  static TaskOutcome of(
      GuestEnd end,
      WasmEngine.@Nullable Instance instance,
      ModuleShape shape,
      ExecutionLimits limits) {
    return switch (end) {
      case GuestEnd.Exit exit -> throw new IllegalArgumentException("an exit has an output", exit);
      case GuestEnd.OutOfFuel out -> new TaskOutcome.OutOfFuel();
      case GuestEnd.Trap trap -> trapped(trap.reason, instance, shape, limits);
      case GuestEnd.Stop stop -> new TaskOutcome.Stopped(String.valueOf(stop.getMessage()));
      case GuestEnd.HostFailure failure ->
          failure.getCause() instanceof EdgeBeatException known
              ? WasmExecution.failed(known)
              : new TaskOutcome.Failed(
                  ErrorCode.EXECUTOR_FAILED, "a host function failed: " + failure.getCause());
    };
  }

  /**
   * A guest that gives up ({@code unreachable}) with its memory grown to the limit ran out of
   * memory; other traps at the limit may have any reason.
   */
  private static TaskOutcome trapped(
      String reason,
      WasmEngine.@Nullable Instance current,
      ModuleShape shape,
      ExecutionLimits limits) {
    long memoryPages = limits.memoryBytes() / ModuleShape.PAGE_BYTES;
    if (current != null && current.fuelLeft() < 0) {
      return new TaskOutcome.OutOfFuel();
    }
    if (current != null && current.tooDeep()) {
      return new TaskOutcome.Trapped(TOO_DEEP);
    }
    if (current != null
        && reason.equals("unreachable")
        && shape.memory().isPresent()
        && current.memoryBytes() == memoryPages * ModuleShape.PAGE_BYTES
        && shape.memory().get().min() < memoryPages) {
      return new TaskOutcome.OutOfMemory(limits.memoryBytes());
    }
    return new TaskOutcome.Trapped(reason);
  }
}
