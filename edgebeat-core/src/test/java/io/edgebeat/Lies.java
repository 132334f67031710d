package io.edgebeat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.core.document.Documents;
import java.math.BigInteger;
import java.util.Arrays;

/** Signatures, agreements and terms that differ from honest ones in one thing. */
final class Lies {
  private Lies() {}

  /** A flipped bit. */
  static Signature flipped(Signature signature) {
    byte[] rsv = signature.toBytes();
    rsv[7] ^= 1;
    return Signature.of(rsv);
  }

  /** The same point on the curve, with s in the upper half of the group. */
  static Signature highS(Signature signature) {
    byte[] rsv = signature.toBytes();
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(rsv, 32, 64));
    byte[] other = Signature.GROUP_ORDER.subtract(s).toByteArray();
    Arrays.fill(rsv, 32, 64, (byte) 0);
    int length = Math.min(32, other.length);
    System.arraycopy(other, other.length - length, rsv, 64 - length, length);
    rsv[64] = (byte) (27 + 28 - rsv[64]);
    return Signature.of(rsv);
  }

  /** Another seller or other terms, with the hash that belongs to them. */
  static Agreement with(Agreement a, Address seller, Terms terms) {
    return with(a, seller, a.deposit(), terms);
  }

  static Agreement with(Agreement a, Address seller, Amount deposit, Terms terms) {
    return new Agreement(
        a.buyer(),
        seller,
        a.voucherKey(),
        deposit,
        a.fee(),
        a.openBy(),
        a.expiry(),
        a.challenge(),
        a.tenant(),
        a.policy(),
        a.funding(),
        Documents.termsHash(terms));
  }

  static Agreement withBuyer(Agreement a, Address buyer) {
    return new Agreement(
        buyer,
        a.seller(),
        a.voucherKey(),
        a.deposit(),
        a.fee(),
        a.openBy(),
        a.expiry(),
        a.challenge(),
        a.tenant(),
        a.policy(),
        a.funding(),
        a.termsHash());
  }

  static Terms with(Terms t, Price price, int maxUnpaidTicks) {
    return with(t, price, maxUnpaidTicks, t.window());
  }

  static Terms with(Terms t, Price price, int maxUnpaidTicks, int window) {
    return new Terms(
        t.listing(),
        t.listingSequence(),
        t.workloadType(),
        t.image(),
        t.limits(),
        t.resources(),
        price,
        t.maxTasks(),
        maxUnpaidTicks,
        window,
        t.resultAmount(),
        t.receiptKey(),
        t.hostProfile(),
        t.capabilities(),
        t.tier(),
        t.salt());
  }
}
