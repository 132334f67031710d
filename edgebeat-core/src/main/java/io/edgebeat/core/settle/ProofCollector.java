package io.edgebeat.core.settle;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.document.ListingDraft;
import io.edgebeat.core.document.Proof;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the evidence of one agreement from the facts of one side. It takes what was said, heard
 * and seen, and never a fact's secrets: keys, seeds and preimages that were not revealed stay where
 * they are. Facts that a snapshot has shortened give the same evidence.
 */
public final class ProofCollector {
  /** A side that does not stop to complain adds no more than this. */
  private static final int REMARKS = 50;

  private final Protocol protocol;
  private final Proof.Side own;
  private final Map<TaskOrder, Signed<TaskOrder>> orders = new LinkedHashMap<>();
  private final SortedMap<Long, VoucherClaim> vouchers = new TreeMap<>();
  private final List<Signed<Receipt>> receipts = new ArrayList<>();
  private final Set<PeerMessage.UsageReport> reports = new LinkedHashSet<>();
  private final List<PeerMessage.TaskEnded> outcomes = new ArrayList<>();
  private final Map<Bytes32, Invoice> invoices = new HashMap<>();
  private final Set<String> remarks = new LinkedHashSet<>();
  private final List<LedgerEntry> ledger = new ArrayList<>();
  private final Map<Proof.Side, Signature> signatures = new HashMap<>();
  private @Nullable Agreement agreement;
  private @Nullable Terms terms;
  private @Nullable Listing listing;
  private @Nullable Offer draft;
  private PeerMessage.@Nullable Ack acknowledged;
  private @Nullable Settlement proposed;
  private @Nullable Signed<Settlement> settlement;
  private boolean restored;

  private ProofCollector(Protocol protocol, Proof.Side own) {
    this.protocol = protocol;
    this.own = own;
  }

  /**
   * Makes a proof.
   *
   * @param protocol the ledger that signatures are bound to
   * @param key a buyer's or a seller's partition
   * @param facts all of its facts, shortened or not
   * @param listings finds what this node has advertised; a buyer's facts hold the listing
   * @return the proof
   * @throws EdgeBeatException {@code WRONG_STATE} when nothing was proposed yet
   */
  public static Proof collect(
      Protocol protocol,
      PartitionKey key,
      List<Fact> facts,
      Function<ListingId, Optional<Listing>> listings) {
    ProofCollector collector =
        new ProofCollector(
            protocol, key.kind() == PartitionKey.Kind.BUYER ? Proof.Side.BUYER : Proof.Side.SELLER);
    facts.forEach(collector::fact);
    return collector.proof(key, listings);
  }

  private void fact(Fact fact) {
    switch (fact) {
      case Fact.BuyerBegan f -> {
        listing = f.begin().listing();
        proposed(f.begin().agreement(), f.begin().terms());
      }
      case Fact.SellerBegan f -> offered(f.offer(), Proof.Side.BUYER);
      case Fact.SignatureOrdered f -> draft = f.draft();
      case Fact.AgreementSigned f -> {
        Offer signed = draft;
        if (signed != null) {
          proposed(signed.agreement().message(), signed.terms());
        }
        signatures.put(own, f.signature());
      }
      case Fact.Heard f -> message(f.message(), other());
      case Fact.Said f -> message(f.message(), own);
      case Fact.Restored f -> {
        restored = true;
        f.best().ifPresent(this::claim);
      }
      case Fact.UsageDisputed f -> remark("usage disputed by the buyer: " + f.why());
      case Fact.Failed f -> remark(f.code() + ": " + f.reason());
      case Fact.LedgerSeen f -> seen(f.entry());
      default -> {}
    }
  }

  private Proof.Side other() {
    return own == Proof.Side.BUYER ? Proof.Side.SELLER : Proof.Side.BUYER;
  }

  private void message(PeerMessage message, Proof.Side by) {
    switch (message) {
      case PeerMessage.OfferMade m -> offered(m.offer(), by);
      case PeerMessage.Countered m -> offered(m.offer(), by);
      case PeerMessage.Accepted m -> signatures.put(by, m.signature());
      case PeerMessage.TaskOrdered m -> orders.putIfAbsent(m.order().message(), m.order());
      case PeerMessage.TaskRefused m ->
          remark("task " + m.taskNo() + " refused, " + m.code() + ": " + m.reason());
      case PeerMessage.VoucherSent m -> claim(new VoucherClaim(m.voucher(), 0, Bytes32.ZERO));
      case PeerMessage.Ticks m -> {
        VoucherClaim known = vouchers.get(m.sequence());
        if (known != null) {
          claim(new VoucherClaim(known.voucher(), m.ticks(), m.preimage()));
        }
      }
      case PeerMessage.Ack m -> {
        PeerMessage.Ack known = acknowledged;
        acknowledged = known == null || m.delivered() >= known.delivered() ? m : known;
      }
      case PeerMessage.ReceiptSent m -> receipts.add(m.receipt());
      case PeerMessage.UsageReport m -> reports.add(m);
      case PeerMessage.TaskEnded m -> outcomes.add(m);
      case PeerMessage.SettlementProposed m -> {
        proposed = m.settlement();
        invoices.put(m.settlement().invoiceHash(), m.invoice());
      }
      case PeerMessage.SettlementSigned m -> settlement = m.settlement();
      case PeerMessage.Refused m -> {
        if (m.code() == ErrorCode.USAGE_DISPUTED) {
          remark("usage disputed by the buyer: " + m.reason());
        }
      }
      default -> {}
    }
  }

  private void offered(Offer offer, Proof.Side by) {
    proposed(offer.agreement().message(), offer.terms());
    signatures.put(by, offer.agreement().signature());
  }

  /** What was signed before counts for another proposal no more. */
  private void proposed(Agreement message, Terms of) {
    if (!message.equals(agreement)) {
      signatures.clear();
    }
    agreement = message;
    terms = of;
  }

  private void claim(VoucherClaim claim) {
    long sequence = claim.voucher().message().sequence();
    VoucherClaim known = vouchers.get(sequence);
    if (known == null || claim.ticks() >= known.ticks()) {
      vouchers.put(sequence, claim);
    }
  }

  private void remark(String words) {
    if (remarks.size() < REMARKS) {
      remarks.add(Words.bounded(words));
    }
  }

  private void seen(LedgerEntry entry) {
    ledger.removeIf(e -> e.blockHash().equals(entry.blockHash()) && e.index() == entry.index());
    if (!entry.retracted() && entry.event() instanceof LedgerEvent.OfAgreement) {
      ledger.add(entry);
    }
  }

  private Proof proof(PartitionKey key, Function<ListingId, Optional<Listing>> listings) {
    Agreement signed = agreement;
    Terms known = terms;
    if (signed == null || known == null) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE,
          RetryAdvice.AFTER_STATE_CHANGE,
          "nothing was proposed yet in " + key + ", so there is nothing to prove",
          null);
    }
    Signed<Settlement> agreed = settlement;
    Settlement last = agreed != null ? agreed.message() : proposed;
    return new Proof(
        protocol.ledger().domain(),
        own,
        restored,
        protocol.id(signed),
        signed,
        signature(Proof.Side.BUYER, signed.buyer(), signed),
        signature(Proof.Side.SELLER, signed.seller(), signed),
        advertised(known, listings),
        known,
        orders.values().stream()
            .map(o -> recoverable(signed.voucherKey(), o.message(), o.signature()))
            .map(ProofCollector::wholeMillis)
            .toList(),
        vouchers.values().stream().map(claim -> protocol.recoverable(signed, claim)).toList(),
        receipts.stream()
            .map(r -> recoverable(known.receiptKey(), r.message(), r.signature()))
            .toList(),
        List.copyOf(reports),
        Optional.ofNullable(acknowledged),
        outcomes.stream().map(ProofCollector::bounded).toList(),
        Optional.ofNullable(proposed),
        Optional.ofNullable(agreed).map(s -> recoverable(signed, s)),
        Optional.ofNullable(last).map(s -> invoices.get(s.invoiceHash())),
        List.copyOf(remarks),
        ledger.stream()
            .map(ProofCollector::wholeSeconds)
            .sorted(
                Comparator.comparingLong(LedgerEntry::block).thenComparingInt(LedgerEntry::index))
            .toList());
  }

  /** The listing of the terms, if it is the one its hash says. */
  private Optional<Listing> advertised(
      Terms known, Function<ListingId, Optional<Listing>> listings) {
    return Optional.ofNullable(listing)
        .filter(l -> l.id().equals(known.listing()))
        .or(() -> listings.apply(known.listing()))
        .filter(ProofCollector::isWhole);
  }

  /** A listing whose id is not the hash of its document, as tests have it, proves nothing. */
  private static boolean isWhole(Listing found) {
    return ListingDraft.of(found).toListing().equals(found);
  }

  private Optional<Signature> signature(Proof.Side of, Address signer, Agreement signed) {
    return Optional.ofNullable(signatures.get(of))
        .map(s -> protocol.recoverable(signer, signed, s));
  }

  private <T extends TypedMessage> Signed<T> recoverable(
      Address signer, T message, Signature signature) {
    return new Signed<>(message, protocol.recoverable(signer, message, signature));
  }

  private Signed<Settlement> recoverable(Agreement signed, Signed<Settlement> agreed) {
    Signed<Settlement> byKey =
        recoverable(signed.voucherKey(), agreed.message(), agreed.signature());
    return protocol.signedBy(signed.voucherKey(), byKey.message(), byKey.signature())
        ? byKey
        : recoverable(signed.buyer(), agreed.message(), agreed.signature());
  }

  /** As it is signed: a limit of time counts in milliseconds. */
  private static Signed<TaskOrder> wholeMillis(Signed<TaskOrder> signed) {
    TaskOrder o = signed.message();
    Duration wallTime = Duration.ofMillis(o.limits().wallTime().toMillis());
    return new Signed<>(
        new TaskOrder(
            o.agreementId(),
            o.taskNo(),
            o.workload(),
            o.input(),
            o.limits().withWallTime(wallTime)),
        signed.signature());
  }

  private static LedgerEntry wholeSeconds(LedgerEntry e) {
    return new LedgerEntry(
        e.block(),
        e.blockHash(),
        e.index(),
        LedgerTime.floor(e.time()),
        e.finality(),
        false,
        e.event());
  }

  private static PeerMessage.TaskEnded bounded(PeerMessage.TaskEnded m) {
    TaskOutcome outcome =
        switch (m.outcome()) {
          case TaskOutcome.Trapped o -> new TaskOutcome.Trapped(Words.bounded(o.reason()));
          case TaskOutcome.Stopped o -> new TaskOutcome.Stopped(Words.bounded(o.reason()));
          case TaskOutcome.Failed o -> new TaskOutcome.Failed(o.code(), Words.bounded(o.message()));
          default -> m.outcome();
        };
    return new PeerMessage.TaskEnded(m.taskNo(), outcome, m.begun(), m.usage());
  }
}
