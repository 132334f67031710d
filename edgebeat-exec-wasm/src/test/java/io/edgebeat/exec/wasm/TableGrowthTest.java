package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.task.TaskOutcome;
import org.junit.jupiter.api.Test;

/** How far tables grow is the same everywhere; a seller that gives less ends the guest. */
class TableGrowthTest {
  private static final String GROWS =
      """
      (table 10 funcref)
      (func (export "grow") (param i32) (result i32 i32)
        (table.grow (ref.null_func) (local.get 0)) (table.size))
      """;

  /** What is tested; the other engine is tested by the same tests. */
  Bench bench(WasmLimits maxima) {
    return new Bench(maxima);
  }

  private static TaskOutcome run(Bench bench, String text, String by) throws Exception {
    return bench.wat(text).call("grow", by).run();
  }

  private static String output(Bench bench, String text, String by) throws Exception {
    return bench.text(run(bench, text, by).output().orElseThrow());
  }

  @Test
  void theQuotaIsTheSameEverywhere() throws Exception {
    int left = TableSpace.QUOTA - 10;
    for (int given : new int[] {TableSpace.QUOTA, 5_000_000}) {
      try (Bench bench = bench(WasmLimits.DEFAULTS.withTableEntries(given))) {
        assertThat(output(bench, GROWS, "0")).isEqualTo("10\n10\n");
        assertThat(output(bench, GROWS, "" + left)).isEqualTo("10\n" + TableSpace.QUOTA + "\n");
        assertThat(output(bench, GROWS, "" + (left + 1))).isEqualTo("-1\n10\n");
        assertThat(output(bench, GROWS, "-1")).isEqualTo("-1\n10\n");
        String bounded = GROWS.replace("10 funcref", "10 12 funcref");
        assertThat(output(bench, bounded, "2")).isEqualTo("10\n12\n");
        assertThat(output(bench, bounded, "3")).isEqualTo("-1\n10\n");
        String two = GROWS + "(table 30 funcref)";
        assertThat(output(bench, two, "" + (left - 30))).startsWith("10\n");
        assertThat(output(bench, two, "" + (left - 29))).isEqualTo("-1\n10\n");
      }
    }
  }

  @Test
  void whoGivesLessEndsTheGuest() throws Exception {
    try (Bench bench = bench(WasmLimits.DEFAULTS.withTableEntries(100))) {
      assertThat(output(bench, GROWS, "90")).isEqualTo("10\n100\n");
      assertThat(run(bench, GROWS, "91"))
          .isEqualTo(
              new TaskOutcome.Failed(
                  ErrorCode.LIMIT_EXCEEDED,
                  "101 entries of tables are wanted; at most 100 are given here"));
      assertThat(output(bench, GROWS, "" + TableSpace.QUOTA)).isEqualTo("-1\n10\n");
      String bounded = GROWS.replace("10 funcref", "10 50 funcref");
      assertThat(output(bench, bounded, "91")).isEqualTo("-1\n10\n");
    }
  }
}
