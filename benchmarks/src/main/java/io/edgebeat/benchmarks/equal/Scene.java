package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.storage.ContentId;
import java.util.List;

/**
 * What one ledger makes of a sequence's deals: ids and signatures are bound to a market, so the
 * same call has other bytes on the other ledger.
 */
final class Scene {
  static final Bytes32 INVOICE = ContentId.sha256(new byte[] {1});

  private final SigningDomain domain;
  private final SigningDomain elsewhere;
  private final List<Agreement> agreements;
  private final List<AgreementId> ids;

  Scene(SigningDomain domain, List<Deal> deals) {
    this.domain = domain;
    this.elsewhere = SigningDomain.edgeBeat(domain.chainId() + 1, domain.verifyingContract());
    this.agreements = deals.stream().map(Deal::toAgreement).toList();
    this.ids = agreements.stream().map(a -> a.id(domain)).toList();
  }

  SigningDomain domain() {
    return domain;
  }

  int size() {
    return agreements.size();
  }

  Agreement agreement(int deal) {
    return agreements.get(deal);
  }

  AgreementId id(int deal) {
    return ids.get(deal);
  }

  Signature sign(Actor by, TypedMessage message, Twist twist) {
    SigningDomain where = twist == Twist.OTHER_CHAIN ? elsewhere : domain;
    return twist.apply(by.signer().sign(new SigningRequest.OfMessage(where, message)));
  }

  /**
   * A claim.
   *
   * @param deal what the voucher is for
   * @param count how long the chain is
   * @param shown which link is shown
   * @param said which link it is said to be
   */
  VoucherClaim claim(
      int deal, Amount cumulative, Amount tick, int count, int shown, int said, Actor by, Twist t) {
    AgreementId id = id(deal);
    Bytes32[] links = TickChain.links(id, INVOICE, count);
    Bytes32 anchor = count == 0 ? Bytes32.ZERO : links[0];
    Voucher voucher = new Voucher(id, 1, cumulative, anchor, tick, count, Bytes32.ZERO);
    return new VoucherClaim(
        new Signed<>(voucher, sign(by, voucher, t)),
        said,
        shown == 0 ? Bytes32.ZERO : links[shown]);
  }

  /** A text in which ids of deals are their numbers. */
  String anonymous(String text) {
    String result = text;
    for (int i = 0; i < ids.size(); i++) {
      result = result.replace(ids.get(i).digest().toString(), "#" + i);
    }
    return result;
  }
}
