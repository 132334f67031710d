package io.edgebeat.api.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import java.time.Instant;
import java.util.Objects;

/**
 * A value: the owner of tokens allows somebody to take some of them, by a signature instead of a
 * transaction (ERC-2612). It is signed for the domain of the token. Whoever has it may use it,
 * once, and it takes the place of what was allowed to the spender before.
 *
 * @param owner whose tokens
 * @param spender who may take them
 * @param value how much
 * @param nonce how many permits of the owner the token has seen
 * @param deadline until when it can be used, in whole seconds
 */
public record Permit(Address owner, Address spender, Amount value, long nonce, Instant deadline)
    implements TypedMessage {
  private static final String TYPE =
      "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);

  /**
   * Checks the components.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when nonce or deadline is negative
   */
  public Permit {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(spender, "spender");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(deadline, "deadline");
    if (nonce < 0 || deadline.getEpochSecond() < 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a permit has neither a nonce of " + nonce + " nor a deadline of " + deadline);
    }
  }

  /**
   * The same with another nonce.
   *
   * @param count how many permits of the owner the token has seen
   * @return the permit
   */
  public Permit withNonce(long count) {
    return new Permit(owner, spender, value, count, deadline);
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    return new StructWriter(TYPE_HASH, 5)
        .address(owner)
        .address(spender)
        .uint(value.baseUnits())
        .uint(nonce)
        .uint(deadline.getEpochSecond())
        .hash();
  }
}
