package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.ProofReport;
import io.edgebeat.api.task.ProofReport.Verdict;
import io.edgebeat.api.task.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a bundle lacks, and what else may be wrong with it than one lie a check. */
class ProofCasesTest {
  private static ProofReport report(Consumer<Forgery> change) {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(3);
      world.completes();
      world.settled();
      Forgery forgery = new Forgery(world, Evidence.of(world, world.buyer));
      change.accept(forgery);
      return Evidence.report(forgery.proof());
    }
  }

  private static void finds(String words, Consumer<Forgery> lie) {
    ProofReport report = report(lie);
    assertThat(report.holds()).isFalse();
    assertThat(report.statements())
        .filteredOn(s -> s.verdict() == Verdict.FAILS)
        .anyMatch(s -> s.found().contains(words));
  }

  @Test
  void everythingThatIsNotThereIsNamed() {
    ProofReport report =
        report(
            f -> {
              f.onlyAgreed();
              f.listing = Optional.empty();
              f.buyerSignature = Optional.empty();
              f.sellerSignature = Optional.empty();
            });
    assertThat(report.missing())
        .containsExactly(
            "the listing",
            "the buyer's signature of the agreement",
            "the seller's signature of the agreement",
            "a task order",
            "a voucher",
            "a receipt",
            "the end of a task",
            "a settlement that the buyer has signed",
            "the invoice",
            "the ledger's close");
    assertThat(report.notVouchedFor()).containsExactly("side", "restored");
  }

  @Test
  void whatNothingVouchesForIsNamed() {
    assertThat(report(f -> {}).notVouchedFor())
        .containsExactly(
            "side",
            "restored",
            "outcomes.begun",
            "outcomes.outcome, but for kind and result",
            "ledger.block",
            "ledger.blockHash",
            "ledger.index",
            "ledger.time",
            "ledger.finality",
            "ledger.event: that the ledger has told it");
    assertThat(report(f -> f.receipts.clear()).notVouchedFor())
        .contains("reports that no receipt is about");
    assertThat(
            report(
                    f -> {
                      f.settlement = Optional.empty();
                      f.ledger.clear();
                    })
                .notVouchedFor())
        .contains("outcomes", "proposed, invoice")
        .doesNotContain("ledger.block");
  }

  @Test
  void receiptsThatDoNotGoOn() {
    finds("comes after receipt", f -> f.receipt(r -> r));
  }

  @Test
  void moreAcknowledgedThanPaid() {
    finds("ticks acknowledged, 0 paid", f -> f.vouchers.clear());
  }

  @Test
  void whatOnlyAnOpenChannelCanDoIsToldBeforeItIsOpen() {
    finds(
        "ToppedUp was told before Opened was",
        f -> {
          f.told(new LedgerEvent.ToppedUp(f.id, f.agreement.buyer(), Edg.units(1), Edg.units(1)));
          LedgerEntry opened = f.ledger.removeFirst();
          f.ledger.add(1, opened);
        });
  }

  @Test
  void withoutTheInvoiceNobodyKnowsWhatTheSettlementIsAbout() {
    assertThat(report(f -> f.invoice = Optional.empty()).statements())
        .filteredOn(s -> s.check().equals("invoice-hash"))
        .extracting(ProofReport.Statement::verdict)
        .containsExactly(Verdict.UNKNOWN);
  }

  @Test
  void whyATaskHasFailedIsRemarked() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 60));
      world.advance(Duration.ofMinutes(2));
      AgreementSide.Failure failure = world.buys().failure().orElseThrow();
      assertThat(Evidence.of(world, world.buyer).remarks())
          .contains(failure.code() + ": " + failure.reason());
      assertThat(Evidence.report(Evidence.of(world, world.buyer)).notVouchedFor())
          .contains("remarks");
    }
  }

  @Test
  void aRestoredJournalMayHaveLostTheSettlementAndNoOtherHas() {
    Consumer<Forgery> lost =
        f -> {
          f.settlement = Optional.empty();
          f.proposed = Optional.empty();
        };
    finds("closed was", lost);
    ProofReport restored = report(lost.andThen(f -> f.restored = true));
    assertThat(restored.statements())
        .filteredOn(s -> s.check().equals("ledger-settlement"))
        .extracting(ProofReport.Statement::verdict)
        .containsExactly(Verdict.HOLDS);
    assertThat(restored.missing())
        .contains("what the journal has lost when it was restored from a backup");
  }

  @Test
  void aReceiptForAnotherResultIsNoReceipt() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.tasks = 2;
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(2);
      world.completes();
      Receipt last =
          world.sent(world.seller, PeerMessage.ReceiptSent.class).getLast().receipt().message();
      assertThat(last.resultHash().isZero()).isFalse();
      Bytes32 wrong = TwoSides.content("another result").hash();
      int refused = world.sent(world.buyer, PeerMessage.Refused.class).size();
      world.forge(world.buyer, later(world, last, 1, last.resultHash()));
      assertThat(world.sent(world.buyer, PeerMessage.Refused.class)).hasSize(refused);
      world.forge(world.buyer, later(world, last, 2, wrong));
      assertThat(world.sent(world.buyer, PeerMessage.Refused.class))
          .anyMatch(m -> m.reason().contains("is for result " + wrong));
    }
  }

  /** The same again, for a result. */
  private static PeerMessage later(TwoSides world, Receipt last, int by, Bytes32 result) {
    return new PeerMessage.ReceiptSent(
        world.protocol.sign(
            new Receipt(
                last.agreementId(),
                last.taskNo(),
                last.sequence() + by,
                last.cumulative(),
                last.ackAnchor(),
                last.usageHash(),
                result),
            world.receiptKey));
  }
}
