package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A whole market in one thread, where a seed decides. */
class VirtualTimeTest {

  private static String oneTask(long seed) {
    try (LocalMarket market =
        EdgeBeat.local(seed).taskTime(r -> Duration.ofSeconds(50)).virtualTime()) {
      ContentId module =
          market
              .content()
              .put(ContentSource.of(HexFormat.of().parseHex(Funded.ADD)), Progress.NONE);
      Workload add = new Workload("wasm", module, Optional.of("add"), List.of("2", "40"));
      Task task = market.buyer().submit(TaskSpec.of(add), Budget.upTo(Edg.of("2")));
      TaskOutcome outcome = task.await(Duration.ofHours(1));
      assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
      Invoice invoice = task.invoice();
      assertThat(task.ticks()).isBetween(50L, 52L);
      assertThat(invoice.paid()).isGreaterThan(Amount.zero(invoice.paid().asset()));
      return market.traceHash();
    }
  }

  @Test
  void aTaskIsPaidTickByTickAndTheSeedRepeatsIt() {
    String once = oneTask(7);
    assertThat(oneTask(7)).as("the same seed gives the same world").isEqualTo(once);
    assertThat(oneTask(8)).as("another seed gives another").isNotEqualTo(once);
  }

  @Test
  void aTransportIsGivenOutInRealTimeOnly() {
    try (LocalMarket market = EdgeBeat.local(7).virtualTime()) {
      Funded.refused(
          ErrorCode.UNSUPPORTED,
          () -> market.transport(market.buyerNode().address()),
          "virtual time",
          "faults()");
    }
  }
}
