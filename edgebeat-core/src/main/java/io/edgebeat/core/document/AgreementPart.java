package io.edgebeat.core.document;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import java.time.Duration;
import java.time.Instant;

/**
 * The agreement as a member of other documents: alone it is never written, its digest is signed.
 */
final class AgreementPart {
  private static final Asset EDG = Asset.EDG;
  private static final long UINT32 = 0xffff_ffffL;

  private AgreementPart() {}

  static Json.Obj write(Agreement a) {
    return new Json.Obj()
        .put("buyer", a.buyer())
        .put("seller", a.seller())
        .put("voucherKey", a.voucherKey())
        .put("deposit", Parts.amount("deposit", a.deposit(), EDG))
        .put("fee", Parts.amount("fee", a.fee(), EDG))
        .put("openBy", Parts.seconds("openBy", a.openBy()))
        .put("expiry", Parts.seconds("expiry", a.expiry()))
        .count("challengeSeconds", a.challenge().toSeconds())
        .count("tenant", a.tenant())
        .count("policy", a.policy())
        .put("funding", a.funding().name())
        .put("termsHash", a.termsHash());
  }

  static Agreement read(Fields document) {
    Fields fields = document.object("agreement");
    Address buyer = fields.address("buyer");
    Address seller = fields.address("seller");
    Address voucherKey = fields.address("voucherKey");
    Amount deposit = fields.amount("deposit", EDG);
    Amount fee = fields.amount("fee", EDG);
    Instant openBy = Parts.seconds(fields, "openBy");
    Instant expiry = Parts.seconds(fields, "expiry");
    Duration challenge = Duration.ofSeconds(fields.count("challengeSeconds", UINT32));
    long tenant = fields.count("tenant", UINT32);
    long policy = fields.count("policy", UINT32);
    Agreement.Funding funding = fields.constant("funding", Agreement.Funding.class);
    Bytes32 termsHash = fields.bytes32("termsHash");
    fields.end();
    return document.valid(
        "agreement",
        () ->
            new Agreement(
                buyer,
                seller,
                voucherKey,
                deposit,
                fee,
                openBy,
                expiry,
                challenge,
                tenant,
                policy,
                funding,
                termsHash));
  }
}
