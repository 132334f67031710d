package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import java.util.Objects;

/**
 * A value: what both parties agree is paid in the end. The buyer's side is signed by buyer or
 * voucher key, the seller's by the seller's main key only.
 *
 * @param agreementId the agreement
 * @param cumulative what the seller gets in all
 * @param invoiceHash sha2-256 of the canonical invoice
 */
public record Settlement(AgreementId agreementId, Amount cumulative, Bytes32 invoiceHash)
    implements TypedMessage {
  private static final String TYPE =
      "Settlement(bytes32 agreementId,uint96 cumulative,bytes32 invoiceHash)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);

  /** Checks the components. */
  public Settlement {
    Objects.requireNonNull(agreementId, "agreementId");
    Objects.requireNonNull(cumulative, "cumulative");
    Objects.requireNonNull(invoiceHash, "invoiceHash");
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    return new StructWriter(TYPE_HASH, 3)
        .bytes32(agreementId.digest())
        .uint(cumulative.baseUnits())
        .bytes32(invoiceHash)
        .hash();
  }
}
