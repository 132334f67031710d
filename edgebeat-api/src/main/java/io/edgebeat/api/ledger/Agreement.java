package io.edgebeat.api.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A value: what both parties sign and the ledger enforces. Everything else they agreed on is in the
 * terms, bound by {@code termsHash}. Its digest is the {@link AgreementId}.
 *
 * @param buyer who pays
 * @param seller who is paid
 * @param voucherKey the plain key that signs vouchers for the buyer; not zero, not the seller
 * @param deposit what the channel is funded with
 * @param fee the escrowed platform fee; what is due is the smaller of fee and paid
 * @param openBy the last ledger second in which it can be opened
 * @param expiry when the seller stops serving; the challenge time runs on from here at the latest
 * @param challenge how long the seller can still claim after the buyer asked to close, seconds
 * @param tenant a tenant whose gate is asked at opening, 0 for none
 * @param policy a spending policy whose gate is asked at opening, 0 for none
 * @param funding where deposit and fee are taken from
 * @param termsHash sha2-256 of the canonical terms
 */
public record Agreement(
    Address buyer,
    Address seller,
    Address voucherKey,
    Amount deposit,
    Amount fee,
    Instant openBy,
    Instant expiry,
    Duration challenge,
    long tenant,
    long policy,
    Funding funding,
    Bytes32 termsHash)
    implements TypedMessage {
  private static final String TYPE =
      "Agreement(address buyer,address seller,address voucherKey,uint96 deposit,uint96 fee,"
          + "uint40 openBy,uint40 expiry,uint32 challenge,uint32 tenant,uint32 policy,"
          + "bool fromVault,bytes32 termsHash)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);

  /** Where deposit and fee are taken from. */
  public enum Funding {
    /** The buyer's balance of the token. */
    WALLET,
    /** The buyer's pre-funded vault inside the market. */
    VAULT
  }

  /**
   * Checks what can be checked without a ledger.
   *
   * @throws EdgeBeatException {@code BAD_TIME} or {@code BAD_AMOUNT} naming the value
   */
  public Agreement {
    Objects.requireNonNull(buyer, "buyer");
    Objects.requireNonNull(seller, "seller");
    Objects.requireNonNull(voucherKey, "voucherKey");
    Objects.requireNonNull(funding, "funding");
    Objects.requireNonNull(termsHash, "termsHash");
    LedgerTime.check("openBy", openBy);
    LedgerTime.check("expiry", expiry);
    if (challenge.isNegative()
        || challenge.toNanosPart() != 0
        || challenge.toSeconds() > 0xffff_ffffL) {
      throw new EdgeBeatException(
          ErrorCode.BAD_TIME, "challenge must be whole seconds in uint32, found " + challenge);
    }
    if (!deposit.asset().equals(fee.asset())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT, "deposit " + deposit + " and fee " + fee + " differ in asset");
    }
    if ((tenant | policy) >>> 32 != 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "tenant " + tenant + " and policy " + policy + " must fit uint32");
    }
  }

  /**
   * The id on a ledger.
   *
   * @param domain the ledger's signing domain
   * @return the digest both sign
   */
  public AgreementId id(SigningDomain domain) {
    return new AgreementId(digest(domain));
  }

  /**
   * What the buyer has to bring.
   *
   * @return deposit + fee
   */
  public Amount total() {
    return deposit.plus(fee);
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    return new StructWriter(TYPE_HASH, 12)
        .address(buyer)
        .address(seller)
        .address(voucherKey)
        .uint(deposit.baseUnits())
        .uint(fee.baseUnits())
        .uint(openBy.getEpochSecond())
        .uint(expiry.getEpochSecond())
        .uint(challenge.toSeconds())
        .uint(tenant)
        .uint(policy)
        .bool(funding == Funding.VAULT)
        .bytes32(termsHash)
        .hash();
  }
}
