package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.Negotiation;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOutcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a seller grants who has never paid it, and who has. */
class NewcomerTest extends Funded {
  @TempDir Path directory;

  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.directory(directory);
  }

  private Negotiation talks() {
    Negotiation talks = buyer.negotiate(listing, add(), Budget.upTo(Edg.of("0.5")));
    signed(talks);
    return talks;
  }

  @Test
  void whoHasPaidOnceMayLeaveATickUnpaid() {
    Negotiation first = talks();
    assertThat(first.terms().maxUnpaidTicks()).isZero();
    assertThat(first.maximumLoss().seller()).isEqualTo(Edg.units(0));
    AgreementId id = first.agreement().orElseThrow();
    buyer.open(id, LONG);
    assertThat(talks().terms().maxUnpaidTicks()).as("opened, but not paid yet").isZero();
    assertThat(buyer.run(id, add()).await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    buyer.terminate(id);
    until(() -> !seller.seller().earnings().isZero(), () -> "the seller has not earned");
    Negotiation next = talks();
    assertThat(next.terms().maxUnpaidTicks()).isOne();
    assertThat(next.maximumLoss().seller()).isEqualTo(PRICE.perTick());
    seller.close();
    EdgeBeatNode again = opened(sellerOptions(node(sellerKey).capacity(CAPACITY)));
    assertThat(again.seller().earnings()).isGreaterThan(Edg.units(0));
    assertThat(talks().terms().maxUnpaidTicks()).as("after a restart").isOne();
  }

  @Test
  void aResultAmountIsAgreedAndPaidForTheResult() {
    var extra = Edg.of("0.01");
    var task = buyer.submit(add().resultAmount(extra), Budget.upTo(Edg.of("0.5")));
    assertThat(task.await(LONG)).isInstanceOf(TaskOutcome.Completed.class);
    Invoice invoice = task.invoice();
    assertThat(invoice.paid())
        .isEqualTo(PRICE.setup().plus(PRICE.perTick().times(invoice.ticks())).plus(extra));
    var record = ledger.agreement(task.agreement().orElseThrow(), Finality.FINAL);
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(record.paid()).isEqualTo(invoice.paid());
  }
}
