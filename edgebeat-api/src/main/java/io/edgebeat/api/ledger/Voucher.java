package io.edgebeat.api.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import java.util.Objects;

/**
 * A value: what the buyer owes so far, signed by the voucher key, and the anchor of a hash chain of
 * further ticks: whoever holds the k-th preimage of the anchor is owed {@code cumulative + k *
 * tickAmount}.
 *
 * @param agreementId the agreement it counts for
 * @param sequence orders vouchers of one agreement, from 1; orders messages, never money
 * @param cumulative owed in all before the first tick of this chain
 * @param tickAnchor x_0 of the chain; zero when {@code tickCount} is 0
 * @param tickAmount what one tick adds; zero when {@code tickCount} is 0
 * @param tickCount the length of the chain, 0 to {@value #MAX_TICKS}
 * @param usageHash sha2-256 of the usage both have counted so far, zero when none is stated
 */
public record Voucher(
    AgreementId agreementId,
    long sequence,
    Amount cumulative,
    Bytes32 tickAnchor,
    Amount tickAmount,
    int tickCount,
    Bytes32 usageHash)
    implements TypedMessage {
  /** The longest chain: bounds the gas of a claim. */
  public static final int MAX_TICKS = 1024;

  private static final String TYPE =
      "Voucher(bytes32 agreementId,uint64 sequence,uint96 cumulative,bytes32 tickAnchor,"
          + "uint96 tickAmount,uint32 tickCount,bytes32 usageHash)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);

  /**
   * Checks what can be checked without a channel.
   *
   * @throws EdgeBeatException {@code BAD_PAYMENT} naming the value
   */
  public Voucher {
    Objects.requireNonNull(agreementId, "agreementId");
    Objects.requireNonNull(cumulative, "cumulative");
    Objects.requireNonNull(tickAnchor, "tickAnchor");
    Objects.requireNonNull(usageHash, "usageHash");
    if (sequence < 1) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT, "voucher sequence " + sequence + " is below 1");
    }
    if (tickCount < 0 || tickCount > MAX_TICKS) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT, "tickCount " + tickCount + " is outside of 0 .. " + MAX_TICKS);
    }
    if (tickCount == 0 && (!tickAnchor.isZero() || !tickAmount.isZero())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT, "a voucher without ticks has anchor and tick amount 0");
    }
  }

  /**
   * What the voucher is worth with a preimage.
   *
   * @param ticks the index k of the preimage held, 0 to {@code tickCount}
   * @return cumulative + k * tickAmount
   */
  public Amount value(long ticks) {
    if (ticks < 0 || ticks > tickCount) {
      throw new EdgeBeatException(
          ErrorCode.BAD_PAYMENT, "tick " + ticks + " is outside of 0 .. " + tickCount);
    }
    return cumulative.plus(tickAmount.times(ticks));
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    return new StructWriter(TYPE_HASH, 7)
        .bytes32(agreementId.digest())
        .uint(sequence)
        .uint(cumulative.baseUnits())
        .bytes32(tickAnchor)
        .uint(tickAmount.baseUnits())
        .uint(tickCount)
        .bytes32(usageHash)
        .hash();
  }
}
