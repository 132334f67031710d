package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import java.util.Objects;

/**
 * A value: what the seller says it has received and delivered, signed by the receipt key at each
 * voucher, pause and end. Evidence, never money.
 *
 * @param agreementId the agreement
 * @param taskNo the task, from 1; 0 before the first
 * @param sequence orders receipts of one agreement, from 1
 * @param cumulative the value of the best payment held
 * @param ackAnchor x_0 of the seller's chain of acknowledgements; zero when it has none
 * @param usageHash sha2-256 of the canonical usage so far
 * @param resultHash sha2-256 of the result's root block; zero when there is none yet
 */
public record Receipt(
    AgreementId agreementId,
    int taskNo,
    long sequence,
    Amount cumulative,
    Bytes32 ackAnchor,
    Bytes32 usageHash,
    Bytes32 resultHash)
    implements TypedMessage {
  private static final String TYPE =
      "Receipt(bytes32 agreementId,uint32 taskNo,uint64 sequence,uint96 cumulative,"
          + "bytes32 ackAnchor,bytes32 usageHash,bytes32 resultHash)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);

  /** Checks the components. */
  public Receipt {
    Objects.requireNonNull(agreementId, "agreementId");
    Objects.requireNonNull(cumulative, "cumulative");
    Objects.requireNonNull(ackAnchor, "ackAnchor");
    Objects.requireNonNull(usageHash, "usageHash");
    Objects.requireNonNull(resultHash, "resultHash");
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    return new StructWriter(TYPE_HASH, 7)
        .bytes32(agreementId.digest())
        .uint(taskNo)
        .uint(sequence)
        .uint(cumulative.baseUnits())
        .bytes32(ackAnchor)
        .bytes32(usageHash)
        .bytes32(resultHash)
        .hash();
  }
}
