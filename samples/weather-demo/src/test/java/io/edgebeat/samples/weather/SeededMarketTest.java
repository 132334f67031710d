package io.edgebeat.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.MarketFaults;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A test in virtual time: a market that a seed stands for, and a loss of power in it. */
class SeededMarketTest {
  /** {@code (func (export "_start"))}. */
  private static final String NOTHING =
      "0061736d0100000001040160000003020100070a01065f737461727400000a040102000b";

  private static String aLossOfPower(long seed) {
    try (LocalMarket market =
        EdgeBeat.local(seed).taskTime(request -> Duration.ofSeconds(20)).virtualTime()) {
      ContentId program =
          market.content().put(ContentSource.of(HexFormat.of().parseHex(NOTHING)), Progress.NONE);
      Task task = market.buyer().submit(TaskSpec.wasm(program), Budget.upTo(Edg.of("1")));
      market.runUntil(() -> task.ticks() >= 5, Duration.ofMinutes(1));
      market.faults().crash("buyer", MarketFaults.Unsynced.LOST);
      market.run(Duration.ofSeconds(2));
      market.faults().restart("buyer");
      Task again = market.buyer().task(task.id()).orElseThrow();
      assertThat(again.await(Duration.ofHours(1))).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(again.ticks()).isBetween(20L, 22L);
      assertThat(market.balanced()).isTrue();
      return market.traceHash();
    }
  }

  @Test
  void theSameSeedIsTheSameMarket() {
    assertThat(aLossOfPower(7)).isEqualTo(aLossOfPower(7)).isNotEqualTo(aLossOfPower(8));
  }
}
