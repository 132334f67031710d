package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.wallet.CapacityState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What each side sends to the ledger: all that is needed, and nothing twice. */
class TransactionsTest {

  @Test
  void whatIsDoneIsNotSentAgainWhileTheLedgersWordIsOnItsWay() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(3);
      world.held = a -> a instanceof Action.Broadcast b && isOf(world.seller, b);
      world.buyer.ledger.broadcast(
          world.buyer.ledger.prepare(new LedgerCommand.RequestClose(world.buys().agreement())));
      world.pump();
      world.seller.behind = true;
      world.releaseHeld();
      assertThat(world.record().claimed()).isEqualTo(world.sells().paid());
      assertThat(world.sells().money.claimed().isZero()).as("seen by the seller").isTrue();
      world.give(world.seller, world.selling, new Event.HeadMoved(world.chain.head()));
      world.pump();
      assertThat(world.transactions(world.seller)).containsOnlyOnce("Claim");
      world.seller.behind = false;
      world.advance(Duration.ofHours(25));
      world.settled();
      assertThat(world.transactions(world.seller)).containsOnlyOnce("Claim");
    }
  }

  private static boolean isOf(TwoSides.Side side, Action.Broadcast broadcast) {
    return broadcast.transaction().sender().equals(side.signer.address());
  }

  @Test
  void aSellerDoesNotWaitForABuyerThatIsGoneWithTheFeePaid() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.way = Event.Way.LITERAL;
    try (TwoSides world = new TwoSides(setup)) {
      world.held =
          a ->
              a instanceof Action.Prepare p
                  && (p.command() instanceof LedgerCommand.FundChannel
                      || p.command() instanceof LedgerCommand.ReclaimFee);
      world.begin();
      assertThat(world.record().status()).isEqualTo(AgreementStatus.FEE_HELD);
      world.advance(BuyerPolicy.DEFAULTS.openBy().plusSeconds(3));
      assertThat(world.record().status()).isEqualTo(AgreementStatus.FEE_HELD);
      assertThat(world.sells().deal()).isEqualTo(DealState.LAPSED);
      assertThat(((CapacityState) world.seller.cell(PartitionKey.CAPACITY).live).taken())
          .isEqualTo(ResourceSpec.NONE);
      world.releaseHeld();
      world.advance(Duration.ofMinutes(1));
      assertThat(world.record().status()).isEqualTo(AgreementStatus.LAPSED);
      assertThat(world.buys().deal()).isEqualTo(DealState.LAPSED);
    }
  }
}
