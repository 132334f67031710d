package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Agreements that were made after the backup from which a node was restored. */
class ForgottenAgreementTest {
  private static final Duration LONG = Duration.ofDays(2);

  private static LocalMarket market() {
    return EdgeBeat.local(11).taskTime(r -> Duration.ofSeconds(40)).virtualTime();
  }

  /** One that is paid for, and in no backup of its buyer or seller. */
  private static AgreementId made(LocalMarket market, String restored) {
    market.run(Duration.ofSeconds(2));
    market.faults().backup(restored);
    Task task = VirtualTimeTest.submit(market);
    assertThat(market.runUntil(() -> task.ticks() >= 5, Duration.ofMinutes(1))).isTrue();
    return task.agreement().orElseThrow();
  }

  private static void goBack(LocalMarket market, String name) {
    market.faults().crash(name, MarketFaults.Unsynced.KEPT);
    market.faults().restore(name);
  }

  private static boolean names(EdgeBeatNode node, AgreementId id) {
    return node.health().problems().stream()
        .anyMatch(p -> p.contains(id.toString()) && p.contains("old backup"));
  }

  private static boolean knows(EdgeBeatNode node, AgreementId id) {
    try {
      return node.proof(id).length > 0;
    } catch (EdgeBeatException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
      return false;
    }
  }

  private static AgreementRecord record(LocalMarket market, AgreementId id) {
    return market.ledger().agreement(id, Finality.FINAL);
  }

  private static boolean isClosed(LocalMarket market, AgreementId id) {
    return record(market, id).status() == AgreementStatus.CLOSED;
  }

  @Test
  void aBuyerNamesItAndGetsItsDepositBackThoughTheSellerIsGone() {
    try (LocalMarket market = market()) {
      AgreementId id = made(market, "buyer");
      market.faults().crash("seller", MarketFaults.Unsynced.KEPT);
      List<String> sent = new ArrayList<>();
      market.faults().transactions("buyer", (command, bytes) -> sent.add(command.name()));
      goBack(market, "buyer");
      assertThat(market.runUntil(() -> names(market.buyerNode(), id), Duration.ofMinutes(1)))
          .isTrue();
      market.run(Duration.ofMinutes(5));
      assertThat(record(market, id).status()).isEqualTo(AgreementStatus.CLOSING);
      // What was ordered is not ordered again by the next life of the node.
      market.faults().crash("buyer", MarketFaults.Unsynced.KEPT);
      market.faults().restart("buyer");
      assertThat(market.runUntil(() -> isClosed(market, id), LONG)).isTrue();
      market.run(Duration.ofMinutes(30));
      assertThat(sent.stream().distinct()).containsExactly("RequestClose", "Finalize");
      AgreementRecord record = record(market, id);
      assertThat(record.paid()).isEqualTo(Edg.units(0));
      assertThat(record.refunded()).isGreaterThanOrEqualTo(record.deposit());
      assertThat(market.balanced()).isTrue();
      assertThat(market.buyerNode().health().problems()).isEmpty();
    }
  }

  @Test
  void aBuyerThatAgreesToItAgainGetsItsDepositBackTheSame() {
    try (LocalMarket market = market()) {
      market.run(Duration.ofSeconds(2));
      Price dearer = new Price(Edg.of("0.0012"), TickUnit.seconds(1), Edg.of("0.003"));
      market.seller("seller").seller().offers(offer -> new OfferPolicy.Answer.Counter(dearer));
      AtomicBoolean heard = new AtomicBoolean();
      market
          .faults()
          .speech(
              "seller",
              e ->
                  e.message() instanceof PeerMessage.Countered && !heard.get()
                      ? Optional.empty()
                      : Optional.of(e));
      Task task = VirtualTimeTest.submit(market);
      market.run(Duration.ofSeconds(2));
      market.faults().backup("buyer");
      market.faults().backup("seller");
      heard.set(true);
      assertThat(market.runUntil(() -> task.ticks() >= 5, Duration.ofMinutes(1))).isTrue();
      AgreementId id = task.agreement().orElseThrow();
      goBack(market, "buyer");
      assertThat(market.runUntil(() -> names(market.buyerNode(), id), Duration.ofMinutes(1)))
          .isTrue();
      goBack(market, "seller");
      assertThat(market.runUntil(() -> knows(market.buyerNode(), id), Duration.ofMinutes(1)))
          .as("the seller makes its counter-offer again, and the buyer accepts it again")
          .isTrue();
      assertThat(market.runUntil(() -> isClosed(market, id), LONG)).isTrue();
      assertThat(market.balanced()).isTrue();
      assertThat(record(market, id).paid()).isEqualTo(Edg.units(0));
      market.run(Duration.ofMinutes(1));
      assertThat(market.buyerNode().health().problems()).isEmpty();
    }
  }

  @Test
  void aSellerThatIsThereGetsWhatItHoldsAllTheSame() {
    try (LocalMarket market = market()) {
      AgreementId id = made(market, "buyer");
      goBack(market, "buyer");
      assertThat(market.runUntil(() -> isClosed(market, id), LONG)).isTrue();
      assertThat(record(market, id).paid()).isGreaterThan(Edg.units(0));
      assertThat(market.balanced()).isTrue();
    }
  }

  @Test
  void aSellerNamesItAndMovesNothing() {
    try (LocalMarket market = market()) {
      AgreementId id = made(market, "seller");
      market.faults().crash("buyer", MarketFaults.Unsynced.KEPT);
      List<String> sent = new ArrayList<>();
      market.faults().transactions("seller", (command, bytes) -> sent.add(command.name()));
      goBack(market, "seller");
      assertThat(market.runUntil(() -> names(market.seller("seller"), id), Duration.ofMinutes(1)))
          .isTrue();
      market.run(Duration.ofHours(2));
      assertThat(sent).doesNotContain("RequestClose", "Finalize", "Release");
      assertThat(record(market, id).status()).isEqualTo(AgreementStatus.OPEN);
      market.faults().restart("buyer");
      assertThat(market.runUntil(() -> isClosed(market, id), LONG)).isTrue();
      market.run(Duration.ofMinutes(30));
      assertThat(names(market.seller("seller"), id)).isFalse();
    }
  }
}
