package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.settle.Invoices;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A buyer deposits a little, and more of it before that has run out. */
class TopUpTest {
  private static TwoSides.Setup little() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depositTicks = 4;
    return setup;
  }

  @Test
  void moreIsAddedBeforeTheDepositRunsOut() {
    try (TwoSides world = new TwoSides(little()).begin()) {
      assertThat(world.begin.agreement().deposit()).isEqualTo(Edg.units(450));
      world.seconds(20);
      assertThat(world.sent(world.seller, PeerMessage.PauseNotice.class)).isEmpty();
      assertThat(world.sells().begun()).isGreaterThan(19);
      Amount topUps = world.record().topUps();
      assertThat(topUps).isGreaterThanOrEqualTo(Edg.units(1600));
      assertThat(topUps).as("no more than is about to be used").isLessThan(Edg.units(2500));
      world.completes();
      world.seconds(20);
      AgreementRecord record = world.settled();
      assertThat(record.paid()).isEqualTo(Edg.units(50 + 100 * world.buys().ticks()));
    }
  }

  @Test
  void itStopsAtWhatTheTaskCanCost() {
    TwoSides.Setup setup = little();
    setup.wallTime = Duration.ofSeconds(6);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(6);
      Amount most = Edg.units(50 + 100 * 8);
      assertThat(world.begin.agreement().deposit().plus(world.record().topUps())).isEqualTo(most);
      world.completes();
      world.seconds(20);
      world.settled();
    }
  }

  @Test
  void whereNothingIsAddedTheWorkEndsWithTheDeposit() {
    try (TwoSides world = new TwoSides(little())) {
      world.held =
          a ->
              a instanceof Action.Prepare prepare
                  && prepare.command() instanceof LedgerCommand.TopUp;
      world.begin();
      world.seconds(10);
      assertThat(world.runs).allMatch(run -> run.over);
      assertThat(world.heldActions).as("one order, not one each tick").hasSize(1);
      world.seconds(20);
      AgreementRecord record = world.settled();
      assertThat(record.paid()).isEqualTo(Edg.units(450));
    }
  }

  @Test
  void theInvoiceAlsoSaysWhatWasAddedAfterBothHadSignedIt() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.resultAmount = Edg.units(777);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.held = a -> a instanceof Action.Prepare;
      world.completes();
      assertThat(world.sent(world.buyer, PeerMessage.SettlementSigned.class)).hasSize(1);
      world.buyer.ledger.broadcast(
          world.buyer.ledger.prepare(
              new LedgerCommand.TopUp(world.buys().agreement(), Edg.units(1000))));
      world.releaseHeld();
      world.settled();
      for (AgreementSide side : List.of(world.buys(), world.sells())) {
        Invoice invoice = side.invoice().orElseThrow();
        assertThat(invoice.topUps()).isEqualTo(Edg.units(1000));
        assertThat(invoice.ticks()).isEqualTo(3);
        assertThat(Invoices.resultAmount(invoice)).isEqualTo(Edg.units(777));
        assertThat(invoice.refunded()).isEqualTo(world.record().refunded());
      }
    }
  }
}
