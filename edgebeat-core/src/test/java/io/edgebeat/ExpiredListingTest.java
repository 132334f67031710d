package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.Negotiation;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A listing whose time is over while everybody still runs. */
class ExpiredListingTest extends Funded {
  private final MovedClock clock = new MovedClock();
  private final MovedClock sellersClock = new MovedClock();
  private Listing brief;

  @Override
  EmbeddedChain.Config chainOptions(EmbeddedChain.Config config) {
    return config.clock(clock);
  }

  /** Its offers stand longer than the listing: they are not what is over. */
  @Override
  NodeBuilder buyerOptions(NodeBuilder node) {
    return node.clock(clock).option("buyer.offerTtl", "PT20M").option("buyer.openBy", "PT20M");
  }

  @Override
  NodeBuilder sellerOptions(NodeBuilder node) {
    return node.clock(sellersClock);
  }

  @BeforeEach
  void advertise() {
    brief =
        seller.seller().advertise(new ListingSpec("brief", CAPACITY, PRICE, Duration.ofMinutes(5)));
    until("the listing", () -> buyerNode.marketplace().find(brief.id()).isPresent());
  }

  @Test
  void aTaskIsNotPlacedOnIt() {
    clock.move(Duration.ofMinutes(6));
    sellersClock.move(Duration.ofMinutes(6));
    refused(ErrorCode.NO_MATCH, () -> buyer.submit(add().region("brief"), half()), "brief");
    assertThat(buyerNode.marketplace().find(brief.id())).isEmpty();
    assertThat(buyerNode.marketplace().find(listing.id())).as("another one").isPresent();
  }

  @Test
  void anOfferOnItIsRefusedWithItsNameAndTime() {
    Amount before = balance(buyerKey);
    clock.move(Duration.ofMinutes(6));
    sellersClock.move(Duration.ofMinutes(6));
    Negotiation talks = buyer.negotiate(brief, add().region("brief"), half());
    refused(ErrorCode.EXPIRED, () -> signed(talks), brief.id(), brief.validUntil());
    assertThat(balance(buyerKey)).isEqualTo(before);
  }

  @Test
  void aTaskOfABuyerWhoseClockIsSlowEndsWithTheSellersReason() {
    Amount before = balance(buyerKey);
    sellersClock.move(Duration.ofMinutes(6));
    Task task = buyer.submit(add().region("brief"), half());
    refused(ErrorCode.EXPIRED, () -> task.await(LONG), brief.id(), brief.validUntil());
    assertThat(task.agreement()).isEmpty();
    assertThat(balance(buyerKey)).isEqualTo(before);
  }
}
