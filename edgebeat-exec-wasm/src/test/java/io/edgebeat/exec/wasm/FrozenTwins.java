package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.exec.wasm.meter.RandomModules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a random module as a process that is never frozen, and as one that is frozen again and again
 * and resumed in the other mode: results, fuel, log and snapshots must be the same.
 */
public final class FrozenTwins {
  static final ExecutionLimits LIMITS =
      new ExecutionLimits(3 << 20, Duration.ofMinutes(5), 1 << 20, 1 << 20, 6_000_000);

  /** One call. */
  record Call(String function, List<String> arguments) {}

  /** A module and what is called, one after another. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Case(byte[] module, List<Call> calls) {}

  /** How many processes were resumed and called again. */
  static final AtomicInteger RESUMED = new AtomicInteger();

  private FrozenTwins() {}

  /** The case of a seed: a stateful module, or one of numbers, loops and calls. */
  static Case of(long seed) {
    Random random = new Random(seed);
    List<Call> calls = new ArrayList<>();
    boolean stateful = seed % 3 != 0;
    List<Integer> parameters = stateful ? List.of(1, 1, 1) : RandomModules.parameters(seed);
    for (int i = 3 + random.nextInt(5); i > 0; i--) {
      int function = random.nextInt(parameters.size());
      List<String> arguments = new ArrayList<>();
      for (int k = 0; k < parameters.get(function); k++) {
        arguments.add(String.valueOf(random.nextInt(1_000)));
      }
      calls.add(new Call((stateful ? "s" : "f") + function, arguments));
    }
    return new Case(stateful ? StatefulModule.of(seed) : RandomModules.module(seed), calls);
  }

  static HostProfile profile() {
    return new HostProfile(
        Optional.of(Instant.ofEpochSecond(5, 6)),
        Optional.of(ContentId.sha256(new byte[] {9})),
        Map.of("K", "v"));
  }

  static WasmProcesses processes(WasmMode mode, ContentStore content) {
    return WasmProcesses.create(
        Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory(),
        () -> Instant.EPOCH,
        WasmLimits.DEFAULTS,
        mode,
        content);
  }

  /**
   * Compares random modules, frozen and not.
   *
   * @param seed the first seed
   * @param count how many
   * @return what differs, with its seed; empty when nothing does
   */
  public static String differences(long seed, int count) {
    MemoryContent content = new MemoryContent();
    try (WasmProcesses compiled = processes(WasmMode.COMPILED, content);
        WasmProcesses interpreted = processes(WasmMode.INTERPRETED, content)) {
      for (long s = seed; s < seed + count; s++) {
        String difference = difference(of(s), LIMITS, content, compiled, interpreted);
        if (!difference.isEmpty()) {
          return "seed " + s + ": " + difference;
        }
      }
    } catch (EdgeBeatException e) {
      return e.toString();
    }
    return "";
  }

  /** What differs in one case, given those limits. */
  static String difference(Case one, ExecutionLimits limits) {
    MemoryContent content = new MemoryContent();
    try (WasmProcesses compiled = processes(WasmMode.COMPILED, content);
        WasmProcesses interpreted = processes(WasmMode.INTERPRETED, content)) {
      return difference(one, limits, content, compiled, interpreted);
    }
  }

  private static String difference(
      Case one,
      ExecutionLimits limits,
      MemoryContent content,
      WasmProcesses compiled,
      WasmProcesses interpreted) {
    ContentId module = content.put(one.module());
    WasmProcess whole;
    try {
      whole = compiled.open(module, limits, profile());
    } catch (EdgeBeatException e) {
      if (String.valueOf(e.getMessage()).contains("cannot be compiled")) {
        return ""; // Chicory 1.7.5 fails on some branches in code that is never reached
      }
      throw e;
    }
    WasmProcess part = interpreted.open(module, limits, profile());
    try {
      for (int i = 0; i < one.calls().size(); i++) {
        String expected = step(whole, one.calls().get(i));
        String found = step(part, one.calls().get(i));
        if (!expected.equals(found)) {
          return "call " + i + ": " + expected + " and frozen " + found;
        }
        if (i > 0) {
          RESUMED.incrementAndGet();
        }
        if (whole.isOver()) {
          return "";
        }
        ContentId snapshot = part.freeze();
        part.close();
        part = (i % 2 == 0 ? compiled : interpreted).resume(snapshot);
      }
      return "";
    } finally {
      whole.close();
      part.close();
    }
  }

  /** Calls and tells of it all that must be the same everywhere. */
  static String step(WasmProcess process, Call call) {
    WasmStep step = process.call(call.function(), call.arguments(), Optional.empty());
    TaskOutcome outcome = step.outcome();
    return outcome
        + " fuel "
        + step.usage().fuel()
        + " of "
        + process.fuelUsed()
        + " log "
        + step.log()
        + " snapshot "
        + (process.isOver() ? "none" : process.freeze());
  }
}
