package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.Proof;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A proof whose parts can be changed, by somebody who has all keys. */
final class Forgery {
  private final TwoSides world;
  private final Proof from;
  boolean restored;
  AgreementId id;
  Agreement agreement;
  Optional<Signature> buyerSignature;
  Optional<Signature> sellerSignature;
  Optional<Listing> listing;
  Terms terms;
  List<Signed<TaskOrder>> orders;
  List<VoucherClaim> vouchers;
  List<Signed<Receipt>> receipts;
  List<PeerMessage.UsageReport> reports;
  Optional<PeerMessage.Ack> acknowledged;
  List<PeerMessage.TaskEnded> outcomes;
  Optional<Settlement> proposed;
  Optional<Signed<Settlement>> settlement;
  Optional<Invoice> invoice;
  List<LedgerEntry> ledger;

  Forgery(TwoSides world, Proof proof) {
    this.world = world;
    this.from = proof;
    restored = proof.restored();
    id = proof.id();
    agreement = proof.agreement();
    buyerSignature = proof.buyerSignature();
    sellerSignature = proof.sellerSignature();
    listing = proof.listing();
    terms = proof.terms();
    orders = new ArrayList<>(proof.orders());
    vouchers = new ArrayList<>(proof.vouchers());
    receipts = new ArrayList<>(proof.receipts());
    reports = new ArrayList<>(proof.reports());
    acknowledged = proof.acknowledged();
    outcomes = new ArrayList<>(proof.outcomes());
    proposed = proof.proposed();
    settlement = proof.settlement();
    invoice = proof.invoice();
    ledger = new ArrayList<>(proof.ledger());
  }

  Proof proof() {
    return new Proof(
        from.domain(),
        from.side(),
        restored,
        id,
        agreement,
        buyerSignature,
        sellerSignature,
        listing,
        terms,
        orders,
        vouchers,
        receipts,
        reports,
        acknowledged,
        outcomes,
        proposed,
        settlement,
        invoice,
        from.remarks(),
        ledger);
  }

  /** Nothing but what was agreed: no payment, no work, no end. */
  void onlyAgreed() {
    orders.clear();
    receipts.clear();
    reports.clear();
    outcomes.clear();
    vouchers.clear();
    acknowledged = Optional.empty();
    notSettled();
    ledger.clear();
  }

  void notSettled() {
    proposed = Optional.empty();
    settlement = Optional.empty();
    invoice = Optional.empty();
    ledger.removeIf(e -> e.event() instanceof LedgerEvent.Closed);
  }

  /** Both sign other terms. */
  void agreeOn(Terms other) {
    terms = other;
    agreeOn(
        agreement(agreement.deposit().baseUnits().longValueExact(), Documents.termsHash(other)));
  }

  Agreement agreement(long deposit, Bytes32 termsHash) {
    Agreement a = agreement;
    return new Agreement(
        a.buyer(),
        a.seller(),
        a.voucherKey(),
        Edg.units(deposit),
        a.fee(),
        a.openBy(),
        a.expiry(),
        a.challenge(),
        a.tenant(),
        a.policy(),
        a.funding(),
        termsHash);
  }

  void agreeOn(Agreement other) {
    agreement = other;
    id = other.id(from.domain());
    buyerSignature = Optional.of(signed(world.buyerKey, other));
    sellerSignature = Optional.of(signed(world.sellerKey, other));
  }

  Signature signed(KeySigner by, TypedMessage message) {
    return by.sign(new SigningRequest.OfMessage(from.domain(), message));
  }

  private <T extends TypedMessage> Signed<T> signed(Secret by, T message) {
    return world.protocol.sign(message, by);
  }

  void voucher(Voucher voucher) {
    vouchers.add(new VoucherClaim(signed(world.voucherKey, voucher), 0, Bytes32.ZERO));
  }

  void order(TaskOrder order) {
    orders.add(signed(world.voucherKey, order));
  }

  void receipt(UnaryOperator<Receipt> change) {
    receipts.add(signed(world.receiptKey, change.apply(receipts.getLast().message())));
  }

  /** Both settle on another invoice, and the ledger closes with its hash. */
  void settleOn(Invoice other) {
    invoice = Optional.of(other);
    settleFor(Documents.invoiceHash(other));
  }

  void settleFor(Bytes32 invoiceHash) {
    Settlement changed =
        new Settlement(id, settlement.orElseThrow().message().cumulative(), invoiceHash);
    proposed = Optional.of(changed);
    settlement = Optional.of(signed(world.voucherKey, changed));
    closed(
        c ->
            new LedgerEvent.Closed(
                c.id(), c.buyer(), c.seller(), c.paid(), c.refunded(), c.fee(), invoiceHash));
  }

  void closed(UnaryOperator<LedgerEvent.Closed> change) {
    ledger.replaceAll(e -> e.event() instanceof LedgerEvent.Closed c ? at(e, change.apply(c)) : e);
  }

  /** The ledger tells something more, right after the open. */
  void told(LedgerEvent event) {
    assertThat(ledger.getFirst().event()).isInstanceOf(LedgerEvent.Opened.class);
    ledger.add(1, at(ledger.getFirst(), event));
  }

  private static LedgerEntry at(LedgerEntry e, LedgerEvent event) {
    return new LedgerEntry(
        e.block(), e.blockHash(), e.index(), e.time(), e.finality(), false, event);
  }
}
