package io.edgebeat.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.TaskSpec;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EdgeBeatMetricsTest {
  /** {@code (func (export "_start"))}. */
  private static final String NOTHING =
      "0061736d0100000001040160000003020100070a01065f737461727400000a040102000b";

  private static void buy(LocalMarket market) {
    var program =
        market.content().put(ContentSource.of(HexFormat.of().parseHex(NOTHING)), Progress.NONE);
    market
        .buyer()
        .submit(TaskSpec.wasm(program), Budget.upTo(Edg.of("1")))
        .await(Duration.ofMinutes(1));
  }

  @Test
  void aSoldTaskIsCountedAndEarned() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (LocalMarket market = EdgeBeat.local(1).virtualTime()) {
      EdgeBeatNode node = market.sellers().getFirst();
      try (EdgeBeatMetrics metrics = new EdgeBeatMetrics(node, Tags.of("site", "harbour"))) {
        metrics.bindTo(registry);
        assertThat(registry.get("edgebeat.serving").gauge().value()).isEqualTo(1);
        assertThat(registry.get("edgebeat.problems").gauge().value()).isZero();
        buy(market);
        market.run(Duration.ofMinutes(1));
        assertThat(signed(registry)).isEqualTo(3);
        assertThat(registry.get("edgebeat.seller.agreements").gauge().value()).isZero();
        assertThat(registry.get("edgebeat.seller.earned").gauge().value())
            .isEqualTo(Double.parseDouble(node.seller().earnings().toString().split(" ", 2)[0]))
            .isPositive();
      }
      buy(market);
      market.run(Duration.ofMinutes(1));
      assertThat(signed(registry)).as("after it was closed").isEqualTo(3);
    }
    assertThat(registry.get("edgebeat.serving").gauge().value())
        .as("of a node that is closed")
        .isIn(0.0, Double.NaN);
  }

  /** One agreement is offered, countered and signed. */
  private static double signed(SimpleMeterRegistry registry) {
    return registry
        .get("edgebeat.facts")
        .tags("site", "harbour", "role", "seller", "fact", "DealMoved")
        .counter()
        .count();
  }
}
