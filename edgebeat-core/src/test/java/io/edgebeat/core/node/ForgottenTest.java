package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.engine.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the ledger shows and no file of the node knows. */
class ForgottenTest {
  private static final Instant T0 = Instant.ofEpochSecond(1_800_000_000);
  private static final int DEPTH = 3;
  private static final Address BUYER = address(1);
  private static final Address SELLER = address(2);
  private static final Agreement AGREEMENT =
      new Agreement(
          BUYER,
          SELLER,
          address(3),
          Edg.of("10"),
          Edg.of("1"),
          T0.plusSeconds(60),
          T0.plusSeconds(4_000),
          Duration.ofHours(1),
          0,
          0,
          Agreement.Funding.WALLET,
          Bytes32.ZERO);
  private static final AgreementId ID = new AgreementId(ContentId.sha256(new byte[] {1}));

  private final List<LedgerCommand> ordered = new ArrayList<>();
  private boolean known;
  private long block;

  private final Forgotten buyer = of(BUYER);

  private Forgotten of(Address self) {
    return new Forgotten(
        self, DEPTH, id -> known, (key, event) -> ordered.add(((Event.Order) event).command()));
  }

  private static Address address(int no) {
    byte[] bytes = new byte[20];
    bytes[19] = (byte) no;
    return Address.of(bytes);
  }

  private boolean tell(Forgotten to, LedgerEvent event, boolean retracted) {
    return to.told(new LedgerEntry(block, Bytes32.ZERO, 0, T0, Finality.PENDING, retracted, event));
  }

  private boolean tell(LedgerEvent event) {
    return tell(buyer, event, false);
  }

  /** The ledger has come to its next block. */
  private void reaches(Forgotten who, int blocks, Duration afterT0) {
    block += blocks;
    who.reached(new LedgerHead(block, Bytes32.ZERO, T0.plus(afterT0)));
  }

  @Test
  void aChannelStaysForgottenWhenTheNodeAgreesToItAgain() {
    assertThat(tell(new LedgerEvent.Opened(ID, AGREEMENT))).isTrue();
    reaches(buyer, DEPTH, Duration.ofSeconds(10));
    assertThat(ordered).containsExactly(new LedgerCommand.RequestClose(AGREEMENT));
    known = true;
    Instant deadline = T0.plusSeconds(3_700);
    assertThat(tell(new LedgerEvent.CloseRequested(ID, deadline))).isTrue();
    reaches(buyer, 1, Duration.ofSeconds(3_699));
    assertThat(ordered).hasSize(1);
    assertThat(buyer.problems()).singleElement().asString().contains(ID.toString());
    reaches(buyer, 1, Duration.ofSeconds(3_700));
    assertThat(ordered).last().isEqualTo(new LedgerCommand.Finalize(AGREEMENT));
    assertThat(tell(new LedgerEvent.Claimed(ID, Edg.of("1"), Edg.of("1")))).isTrue();
  }

  @Test
  void whatTheNodeKnowsIsNotForgotten() {
    known = true;
    assertThat(tell(new LedgerEvent.Opened(ID, AGREEMENT))).isFalse();
    reaches(buyer, DEPTH, Duration.ofSeconds(10));
    assertThat(ordered).isEmpty();
    assertThat(buyer.problems()).isEmpty();
  }

  @Test
  void ofOthersNothingIsKept() {
    Forgotten other = of(address(9));
    assertThat(tell(other, new LedgerEvent.Opened(ID, AGREEMENT), false)).isFalse();
    assertThat(tell(other, new LedgerEvent.CloseRequested(ID, T0), false)).isFalse();
    reaches(other, 1_000, Duration.ofDays(1));
    assertThat(ordered).isEmpty();
  }

  @Test
  void aSellerMovesNothing() {
    Forgotten seller = of(SELLER);
    assertThat(tell(seller, new LedgerEvent.Opened(ID, AGREEMENT), false)).isTrue();
    reaches(seller, 1_000, Duration.ofDays(1));
    assertThat(ordered).isEmpty();
    assertThat(seller.problems()).hasSize(1);
  }

  @Test
  void anOpenThatIsTakenBackIsNotClosed() {
    tell(new LedgerEvent.Opened(ID, AGREEMENT));
    tell(buyer, new LedgerEvent.Opened(ID, AGREEMENT), true);
    reaches(buyer, 1_000, Duration.ofSeconds(3_999));
    assertThat(ordered).isEmpty();
    assertThat(buyer.problems()).isEmpty();
    tell(new LedgerEvent.Opened(ID, AGREEMENT));
    reaches(buyer, 1, Duration.ofSeconds(3_999));
    assertThat(ordered).as("not FINAL yet").isEmpty();
    reaches(buyer, DEPTH, Duration.ofSeconds(3_999));
    assertThat(ordered).containsExactly(new LedgerCommand.RequestClose(AGREEMENT));
  }

  @Test
  void aFeeThatIsHeldComesBackWhenNobodyCanOpenAnyMore() {
    assertThat(tell(new LedgerEvent.OfferAccepted(ID, AGREEMENT))).isTrue();
    reaches(buyer, DEPTH, Duration.ofSeconds(10));
    assertThat(buyer.problems()).isEmpty();
    tell(new LedgerEvent.FeeDeposited(ID, Edg.of("1")));
    assertThat(buyer.problems()).hasSize(1);
    reaches(buyer, DEPTH, Duration.ofSeconds(60));
    assertThat(ordered).isEmpty();
    reaches(buyer, 1, Duration.ofSeconds(61));
    reaches(buyer, 1, Duration.ofSeconds(62));
    assertThat(ordered).containsExactly(new LedgerCommand.ReclaimFee(AGREEMENT));
    tell(new LedgerEvent.FeeReclaimed(ID, Edg.of("1")));
    assertThat(buyer.problems()).isEmpty();
    reaches(buyer, 1, Duration.ofDays(1));
    assertThat(ordered).hasSize(1);
    assertThat(tell(new LedgerEvent.Claimed(ID, Edg.of("1"), Edg.of("1"))))
        .as("over, and forgotten for good")
        .isFalse();
  }
}
