package io.edgebeat.benchmarks.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.storage.ContentId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Agreements of one buyer and one seller, with what both sign. */
final class Deals {
  private static final Amount DEPOSIT = Edg.of("10");

  /** What the seller gets of it in the end. */
  static final Amount PAID = Edg.of("5");

  private static final Amount FEE = Edg.of("0.5");
  private static final Duration OPEN_BY = Duration.ofMinutes(10);

  final KeySigner buyer;
  final KeySigner seller;
  final Ledger ofBuyer;
  final Ledger ofSeller;
  private final KeySigner voucherKey;
  private final EvmNet net;
  private int count;

  Deals(EvmNet net, KeySigner buyer, KeySigner seller) {
    this.net = net;
    this.buyer = buyer;
    this.seller = seller;
    this.voucherKey = net.key();
    this.ofBuyer = net.connect(buyer);
    this.ofSeller = net.connect(seller);
  }

  /** An agreement like the others, and yet another one. */
  Agreement next(Agreement.Funding funding) {
    Instant now = net.net.now();
    Address key = voucherKey.address();
    return new Agreement(
        buyer.address(),
        seller.address(),
        key,
        DEPOSIT,
        FEE,
        now.plus(OPEN_BY),
        now.plus(Duration.ofDays(1)),
        Duration.ofDays(1),
        0,
        0,
        funding,
        ContentId.sha256(ByteBuffer.allocate(24).put(key.toBytes()).putInt(count++).array()));
  }

  private Signature sign(KeySigner by, TypedMessage message) {
    return by.sign(new SigningRequest.OfMessage(ofBuyer.info().domain(), message));
  }

  /** As the buyer sends it. */
  LedgerCommand.Open open(Agreement agreement) {
    return new LedgerCommand.Open(
        agreement, Optional.empty(), Optional.of(sign(seller, agreement)));
  }

  /** As the seller sends it. */
  LedgerCommand.Settle settle(Agreement agreement, Amount cumulative) {
    Settlement settlement =
        new Settlement(agreement.id(ofBuyer.info().domain()), cumulative, agreement.termsHash());
    return new LedgerCommand.Settle(
        agreement, settlement, Optional.of(sign(voucherKey, settlement)), Optional.empty());
  }

  void close() {
    ofBuyer.close();
    ofSeller.close();
  }
}
