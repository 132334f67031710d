package io.edgebeat.benchmarks.guest;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.exec.wasm.WasmExecutor;
import io.edgebeat.exec.wasm.WasmLimits;
import io.edgebeat.exec.wasm.WasmMode;
import io.edgebeat.exec.wasm.WasmProcess;
import io.edgebeat.exec.wasm.WasmProcesses;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Freezing and resuming a process with 3.5 MB of memory, all of it in use, of which a few bytes
 * have changed since the last snapshot; beside SHA-256 of a snapshot, which no content store does
 * without. The snapshots are kept on the heap.
 */
public final class WasmSnapshotBench implements Program {
  private static final int BYTES = 54 << 16;

  /**
   * {@code (memory 54 64) (func (export "fill") (param $from i32) (param $to i32) ...)}, which
   * writes a number into each word from one address to the other, and {@code (func (export "set")
   * (param i32 i32) (i32.store (local.get 0) (local.get 1)))}.
   */
  private static final byte[] MODULE =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001060160027f7f000303020000050401013640"
                  + "070e020466696c6c00000373657400010a2b021f0003402000200041b1f3ddf1"
                  + "796c360200200041046a22002001490d000b0b0900200020013602000b");

  @Override
  public String name() {
    return "wasm-snapshot";
  }

  @Override
  public String summary() {
    return "freezing and resuming a process of 3.5 MB, beside SHA-256 of as many bytes";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 1_000 : 100);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    Rounds rounds = new Rounds();
    try (ContentStore content = EmbeddedContent.inMemory();
        WasmProcesses processes =
            WasmProcesses.create(
                Thread.ofPlatform().stackSize(WasmExecutor.STACK_BYTES).factory(),
                InstantSource.system(),
                WasmLimits.DEFAULTS,
                WasmMode.COMPILED,
                content)) {
      ContentId module = content.put(ContentSource.of(MODULE), Progress.NONE);
      try (WasmProcess process =
          processes.open(module, ExecutionLimits.DEFAULTS, HostProfile.NOTHING)) {
        call(process, "fill", 0, BYTES);
        for (int i = 0; i < 2 * count; i++) {
          if (i == count) { // the first half is to warm up
            rounds.clear();
          }
          call(process, "set", i * 4, i);
          ContentId[] frozen = new ContentId[1];
          rounds.wall(
              "freeze",
              () -> {
                frozen[0] = process.freeze();
                return 1;
              });
          rounds.wall(
              "resume",
              () -> {
                processes.resume(frozen[0]).close();
                return 1;
              });
          byte[] bytes;
          try (ContentReader reader = content.open(frozen[0])) {
            bytes = reader.readAll(BYTES * 2);
          }
          rounds.wall("sha256", () -> sha256.digest(bytes).length / 32);
          content.unpin(frozen[0]);
        }
      }
    }
    millis(context, rounds, "freeze");
    millis(context, rounds, "resume");
    rounds.ratio(context, "freeze_sha256", "sha256", "freeze");
    rounds.ratio(context, "resume_sha256", "sha256", "resume");
  }

  private static void call(WasmProcess process, String function, int first, int second) {
    TaskOutcome outcome = process.call(function, "" + first, "" + second).outcome();
    if (!(outcome instanceof TaskOutcome.Completed)) {
      throw new IllegalStateException(function + " ended with " + outcome);
    }
  }

  private static void millis(ProgramContext context, Rounds rounds, String name) {
    context.result(name + "_ms", String.format(Locale.ROOT, "%.1f", 1e3 / rounds.median(name)));
  }
}
