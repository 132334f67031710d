package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ProofReport;
import io.edgebeat.api.task.ProofReport.Verdict;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.document.Proof;
import io.edgebeat.core.settle.Proofs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a proof bundle shows, and that it shows every lie. */
class ProofTest {
  private static final Bytes32 OTHER = TwoSides.content("something else").hash();
  private static final Address STRANGER = TwoSides.key("stranger").address();

  /** A task over two vouchers, the second for its result, settled. */
  private static TwoSides settled() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.resultAmount = Edg.units(70);
    TwoSides world = new TwoSides(setup).begin();
    world.seconds(11);
    world.completes();
    world.settled();
    return world;
  }

  @Test
  void theEvidenceOfBothSidesHoldsAndTellsTheStory() {
    try (TwoSides world = settled()) {
      for (TwoSides.Side side : List.of(world.buyer, world.seller)) {
        ProofReport report = Evidence.report(Evidence.of(world, side));
        assertThat(report.holds()).isTrue();
        assertThat(report.agreement()).isEqualTo(world.buys().agreementId());
        assertThat(report.missing()).isEmpty();
        assertThat(report.statements())
            .filteredOn(s -> s.verdict() == Verdict.UNKNOWN)
            .extracting(ProofReport.Statement::check)
            .containsOnly("ledger-place");
        assertThat(report.story())
            .startsWith("Agreement " + world.buys().agreementId() + "\n")
            .contains("\non chain " + world.protocol.ledger().domain().chainId() + ", contract ")
            .contains(", as the " + (side == world.buyer ? "buyer" : "seller") + "'s node has")
            .contains("\nBuyer  " + world.buyerKey.address() + "\n")
            .contains("\nSeller " + world.sellerKey.address() + "\n")
            .contains("\nThe seller advertised in region " + world.listing().region() + ".\n")
            .contains("0.0000000000000001 EDG a tick of 1 seconds")
            .contains(
                "The buyer paid 12 ticks with 2 vouchers, 0.00000000000000132 EDG in all; the"
                    + " seller acknowledged 12 ticks as delivered.")
            .contains("Completed, result " + TwoSides.content("result"))
            .contains("Both settled on 0.00000000000000132 EDG.")
            .contains("as settled: 0.00000000000000132 EDG to the seller")
            .contains("buyer loses at most")
            .matches("[\\x20-\\x7e\n]+");
      }
    }
  }

  @Test
  void aBundleOfAnUnfinishedAgreementSaysWhatIsMissing() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      ProofReport report = Evidence.report(Evidence.of(world, world.seller));
      assertThat(report.holds()).isTrue();
      assertThat(report.missing())
          .containsExactly(
              "the end of a task",
              "a settlement that the buyer has signed",
              "the invoice",
              "the ledger's close");
      assertThat(report.story())
          .contains("Nothing in the proof says that it has ended.")
          .contains("Not in the proof: the invoice.");
    }
  }

  @Test
  void nothingCanBeProvedBeforeAnythingWasProposed() {
    TwoSides world = new TwoSides(new TwoSides.Setup());
    assertThatThrownBy(() -> Evidence.of(world, world.seller))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_STATE));
    world.close();
  }

  @Test
  void bothSidesKeepTheEvidenceOfADisputeAlsoInASnapshot() {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      world.seconds(2);
      world.forge(world.buyer, new PeerMessage.UsageReport(1, Usage.NONE, 60));
      world.advance(Duration.ofMinutes(2));
      for (TwoSides.Side side : List.of(world.buyer, world.seller)) {
        Proof proof = Evidence.of(world, side);
        assertThat(proof.remarks())
            .anyMatch(r -> r.startsWith("usage disputed by the buyer") && r.contains("60 s"));
        assertThat(Evidence.report(proof).story()).contains("Remark: usage disputed by the buyer");
      }
      Proof buyers = Evidence.of(world, world.buyer);
      assertThat(buyers.reports()).contains(new PeerMessage.UsageReport(1, Usage.NONE, 60));
      assertThat(Evidence.report(buyers).notVouchedFor())
          .contains("reports that no receipt is about");
    }
  }

  // ---------------------------------------------------------------- lies

  /** Nothing that was signed says more than this; each is named by the report. */
  private static final Set<String> NOT_VOUCHED_FOR =
      Set.of(
          "side",
          "restored",
          "outcomes.begun",
          "ledger.block",
          "ledger.blockHash",
          "ledger.index",
          "ledger.time",
          "ledger.finality");

  @Test
  void noMemberCanBeChangedUnnoticedButThoseThatNothingVouchesFor() {
    try (TwoSides world = settled()) {
      byte[] bundle = Evidence.bytes(world, world.buyer);
      String json = new String(bundle, StandardCharsets.UTF_8);
      Set<String> unnoticed = new TreeSet<>();
      List<Leaves.Leaf> leaves = Leaves.of(json);
      assertThat(leaves).hasSizeGreaterThan(150);
      for (Leaves.Leaf leaf : leaves) {
        String forged =
            json.substring(0, leaf.from())
                + Leaves.changed(leaf)
                + json.substring(leaf.from() + leaf.text().length());
        try {
          ProofReport report =
              Proofs.verify(forged.getBytes(StandardCharsets.UTF_8), TwoSides.SIGNATURES);
          if (report.holds()) {
            unnoticed.add(leaf.path());
            assertThat(report.notVouchedFor()).contains(leaf.path());
          }
        } catch (EdgeBeatException refused) {
          assertThat(refused.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNKNOWN_VERSION);
        }
      }
      assertThat(unnoticed).containsExactlyInAnyOrderElementsOf(NOT_VOUCHED_FOR);
    }
  }

  /** One lie for each check, told by somebody with every key: that check alone finds it. */
  private static Map<String, Consumer<Forgery>> lies(TwoSides world) {
    Map<String, Consumer<Forgery>> lies = new LinkedHashMap<>();
    agreementLies(lies);
    workLies(lies);
    paymentLies(lies);
    settlementLies(lies);
    ledgerLies(lies);
    lies.put(
        "buyer-signature",
        f -> f.buyerSignature = Optional.of(f.signed(world.sellerKey, f.agreement)));
    lies.put(
        "seller-signature",
        f -> f.sellerSignature = Optional.of(f.signed(world.buyerKey, f.agreement)));
    return lies;
  }

  private static void agreementLies(Map<String, Consumer<Forgery>> lies) {
    lies.put(
        "agreement-id",
        f -> {
          f.onlyAgreed();
          f.id = new io.edgebeat.api.ledger.AgreementId(OTHER);
        });
    lies.put(
        "terms-hash",
        f -> {
          f.onlyAgreed();
          f.agreeOn(f.agreement(1_000, OTHER));
        });
    lies.put(
        "seller",
        f -> {
          f.onlyAgreed();
          f.listing = Optional.empty();
          f.agreeOn(terms(f.terms, new ListingId(STRANGER, OTHER)));
        });
    lies.put(
        "listing-hash",
        f -> f.listing = f.listing.map(l -> listing(l, "elsewhere", l.receiptKey())));
    lies.put(
        "listing-fits",
        f -> {
          f.onlyAgreed();
          Listing other = listing(f.listing.orElseThrow(), "local", STRANGER);
          f.listing = Optional.of(other);
          f.agreeOn(terms(f.terms, other.id()));
        });
  }

  private static void workLies(Map<String, Consumer<Forgery>> lies) {
    lies.put(
        "order-signatures",
        f ->
            f.orders.set(
                0, new Signed<>(f.orders.getFirst().message(), f.receipts.getFirst().signature())));
    lies.put(
        "orders",
        f -> {
          TaskOrder o = f.orders.getFirst().message();
          f.order(new TaskOrder(f.id, 5, o.workload(), o.input(), o.limits()));
        });
    lies.put(
        "receipt-signatures",
        f ->
            f.receipts.set(
                0, new Signed<>(f.receipts.getFirst().message(), f.orders.getFirst().signature())));
    lies.put(
        "receipts",
        f -> f.receipt(r -> receipt(r, 1, r.cumulative().plus(Edg.units(1)), r.resultHash())));
    lies.put("usage", f -> f.reports.clear());
    lies.put("results", f -> f.receipt(r -> receipt(r, 1, r.cumulative(), OTHER)));
    lies.put(
        "outcomes",
        f ->
            f.outcomes.add(
                new PeerMessage.TaskEnded(9, new TaskOutcome.OutOfFuel(), 0, Usage.NONE)));
  }

  private static void paymentLies(Map<String, Consumer<Forgery>> lies) {
    lies.put(
        "voucher-signatures",
        f ->
            f.vouchers.set(
                0,
                new VoucherClaim(
                    new Signed<>(
                        f.vouchers.getFirst().voucher().message(), f.orders.getFirst().signature()),
                    f.vouchers.getFirst().ticks(),
                    f.vouchers.getFirst().preimage())));
    lies.put("voucher-order", f -> next(f, Edg.units(1), Edg.units(0), 0));
    lies.put("voucher-price", f -> next(f, paid(f), Edg.units(101), 1));
    lies.put("voucher-limit", f -> next(f, f.agreement.deposit(), Edg.units(100), 1));
    lies.put(
        "ticks",
        f ->
            f.vouchers.set(
                0,
                new VoucherClaim(
                    f.vouchers.getFirst().voucher(), f.vouchers.getFirst().ticks(), OTHER)));
    lies.put(
        "acknowledgement",
        f -> f.acknowledged = f.acknowledged.map(a -> new PeerMessage.Ack(a.delivered(), OTHER)));
    lies.put("exposure", f -> f.acknowledged = Optional.empty());
  }

  private static void settlementLies(Map<String, Consumer<Forgery>> lies) {
    lies.put(
        "settlement-signature",
        f ->
            f.settlement =
                f.settlement.map(s -> new Signed<>(s.message(), f.orders.getFirst().signature())));
    lies.put(
        "settlement-proposal",
        f -> f.proposed = f.proposed.map(s -> new Settlement(f.id, s.cumulative(), OTHER)));
    lies.put(
        "settlement-amount",
        f -> {
          Amount more = paid(f).plus(Edg.units(1));
          next(f, more, Edg.units(0), 0);
          f.told(new LedgerEvent.Claimed(f.id, more, more));
        });
    lies.put("invoice-hash", f -> f.settleFor(OTHER));
    lies.put(
        "invoice-sums",
        f -> f.settleOn(invoice(f, f.invoice.orElseThrow().lines(), 0, Edg.units(1))));
    lies.put(
        "invoice-ticks",
        f -> f.settleOn(invoice(f, f.invoice.orElseThrow().lines(), 1, Edg.units(1))));
    lies.put("invoice-tasks", f -> f.settleOn(invoice(f, List.of(), 0, Edg.units(0))));
  }

  private static void ledgerLies(Map<String, Consumer<Forgery>> lies) {
    lies.put(
        "ledger-agreement",
        f -> f.told(new LedgerEvent.OfferAccepted(f.id, f.agreement(1, OTHER))));
    lies.put("ledger-amounts", f -> f.told(new LedgerEvent.FeeDeposited(f.id, Edg.units(1))));
    lies.put(
        "ledger-claims",
        f -> {
          f.notSettled();
          Amount more = paid(f).plus(Edg.units(1));
          f.told(new LedgerEvent.Claimed(f.id, more, more));
        });
    lies.put("ledger-parties", f -> f.told(new LedgerEvent.Cancelled(f.id, STRANGER)));
    lies.put(
        "ledger-deadline", f -> f.told(new LedgerEvent.CloseRequested(f.id, f.agreement.openBy())));
    lies.put(
        "ledger-sums",
        f ->
            f.closed(
                c ->
                    new LedgerEvent.Closed(
                        c.id(),
                        c.buyer(),
                        c.seller(),
                        c.paid(),
                        c.refunded().plus(Edg.units(1)),
                        c.fee(),
                        c.invoiceHash())));
    lies.put(
        "ledger-settlement",
        f ->
            f.closed(
                c ->
                    new LedgerEvent.Closed(
                        c.id(), c.buyer(), c.seller(), c.paid(), c.refunded(), c.fee(), OTHER)));
  }

  @Test
  void everyCheckFindsALieThatNoOtherCheckFinds() {
    try (TwoSides world = settled()) {
      Proof honest = Evidence.of(world, world.buyer);
      Map<String, Consumer<Forgery>> lies = lies(world);
      lies.forEach(
          (check, lie) -> {
            Forgery forgery = new Forgery(world, honest);
            lie.accept(forgery);
            ProofReport report = Evidence.report(forgery.proof());
            assertThat(Evidence.failing(report)).as("a lie about %s", check).containsExactly(check);
            assertThat(report.holds()).isFalse();
            assertThat(report.statements())
                .filteredOn(s -> s.verdict() == Verdict.FAILS)
                .allMatch(s -> !s.found().isBlank());
          });
      assertThat(Evidence.report(honest).statements())
          .extracting(ProofReport.Statement::check)
          .filteredOn(check -> !check.equals("ledger-place"))
          .containsExactlyInAnyOrderElementsOf(lies.keySet());
    }
  }

  // ---------------------------------------------------------------- bad bytes

  @Test
  void whatIsNoBundleIsRefusedWithAReason() {
    try (TwoSides world = settled()) {
      byte[] bundle = Evidence.bytes(world, world.seller);
      String json = new String(bundle, StandardCharsets.UTF_8);
      for (int length = 0; length < bundle.length; length += 307) {
        refused(Arrays.copyOf(bundle, length), ErrorCode.INVALID_ARGUMENT, "");
      }
      // The version of the bundle is the last member of all.
      int version = json.lastIndexOf("\"version\":1");
      refused(
          (json.substring(0, version) + "\"version\":2" + json.substring(version + 11))
              .getBytes(StandardCharsets.UTF_8),
          ErrorCode.UNKNOWN_VERSION,
          "version 1 of a proof, found 2");
      refused(
          json.replace("\"remarks\":", "\"remarkz\":").getBytes(StandardCharsets.UTF_8),
          ErrorCode.INVALID_ARGUMENT,
          "member remarks is missing");
      refused(
          json.replace("\"side\":", "\"shade\":0,\"side\":").getBytes(StandardCharsets.UTF_8),
          ErrorCode.INVALID_ARGUMENT,
          "member shade is not known");
      refused(
          (json + " ").getBytes(StandardCharsets.UTF_8), ErrorCode.INVALID_ARGUMENT, "canonical");
      refused(new byte[Documents.MAX_PROOF_BYTES + 1], ErrorCode.CONTENT_TOO_LARGE, "at most");
      Random random = new Random(5);
      for (int i = 0; i < 150; i++) {
        byte[] flipped = bundle.clone();
        flipped[random.nextInt(bundle.length)] ^= (byte) (1 << random.nextInt(8));
        try {
          Proofs.verify(flipped, TwoSides.SIGNATURES);
        } catch (EdgeBeatException expected) {
          assertThat(expected.getMessage()).isNotBlank();
        }
      }
    }
  }

  private static void refused(byte[] bytes, ErrorCode code, String words) {
    assertThatThrownBy(() -> Proofs.verify(bytes, TwoSides.SIGNATURES))
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  @Test
  void amountsOfWhichNoSumCanBeMadeAreALieAndNoCrash() {
    try (TwoSides world = settled()) {
      Forgery forgery = new Forgery(world, Evidence.of(world, world.buyer));
      Amount most = new Amount(Edg.units(0).asset(), Amount.MAX);
      forgery.voucher(
          new Voucher(forgery.id, 3, most, OTHER, most, Voucher.MAX_TICKS, Bytes32.ZERO));
      forgery.told(new LedgerEvent.ToppedUp(forgery.id, STRANGER, most, most));
      ProofReport report = Evidence.report(forgery.proof());
      assertThat(report.holds()).isFalse();
      assertThat(report.story()).isNotBlank();
    }
  }

  // ---------------------------------------------------------------- parts of lies

  private static Amount paid(Forgery f) {
    return f.vouchers.getLast().value();
  }

  private static void next(Forgery f, Amount cumulative, Amount tick, int count) {
    f.voucher(
        new Voucher(
            f.id,
            f.vouchers.getLast().voucher().message().sequence() + 1,
            cumulative,
            count == 0 ? Bytes32.ZERO : OTHER,
            tick,
            count,
            Bytes32.ZERO));
  }

  private static Receipt receipt(Receipt r, int later, Amount cumulative, Bytes32 result) {
    return new Receipt(
        r.agreementId(),
        r.taskNo(),
        r.sequence() + later,
        cumulative,
        r.ackAnchor(),
        r.usageHash(),
        result);
  }

  private static Invoice invoice(
      Forgery f, List<Invoice.Line> lines, int toppedUp, Amount refundedMore) {
    Invoice i = f.invoice.orElseThrow();
    return new Invoice(
        i.agreementId(),
        i.buyer(),
        i.seller(),
        i.deposit(),
        Edg.units(toppedUp),
        i.feeEscrowed(),
        i.setup(),
        i.tickAmount(),
        i.ticks(),
        i.paid(),
        i.fee(),
        i.refunded().plus(refundedMore),
        lines);
  }

  private static Listing listing(Listing l, String region, Address receiptKey) {
    return new ListingDraft(
            l.seller(),
            l.sequence(),
            l.validUntil(),
            l.endpoint(),
            receiptKey,
            region,
            l.resources(),
            l.workloadTypes(),
            l.capabilities(),
            l.price(),
            l.lease())
        .toListing();
  }

  private static Terms terms(Terms t, ListingId listing) {
    return new Terms(
        listing,
        t.listingSequence(),
        t.workloadType(),
        t.image(),
        t.limits(),
        t.resources(),
        t.price(),
        t.maxTasks(),
        t.maxUnpaidTicks(),
        t.window(),
        t.resultAmount(),
        t.receiptKey(),
        t.hostProfile(),
        t.capabilities(),
        t.tier(),
        t.salt());
  }
}
