package io.edgebeat.chain.evm.tx;

import io.edgebeat.chain.evm.rpc.RpcException;
import java.math.BigInteger;

/**
 * What is offered for gas. The cap is what a unit may cost at most: beyond it nothing is signed,
 * because a market of small payments would pay more for its payments than for the work.
 *
 * @param tip for who makes the block, in wei
 * @param cap the most a unit may cost, in wei
 */
public record GasPolicy(BigInteger tip, BigInteger cap) {
  private static final BigInteger WEI_PER_GWEI = BigInteger.TEN.pow(9);

  /** A tip of 1 gwei, at most 500 gwei in all. */
  public static final GasPolicy DEFAULT = gwei(1, 500);

  /** A policy in gwei. */
  public static GasPolicy gwei(long tip, long cap) {
    return new GasPolicy(
        BigInteger.valueOf(tip).multiply(WEI_PER_GWEI),
        BigInteger.valueOf(cap).multiply(WEI_PER_GWEI));
  }

  /**
   * An offer that stays good while the base fee doubles, which takes six full blocks.
   *
   * @param baseFee of the newest block
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LEDGER_UNAVAILABLE} when the base fee
   *     and the tip are above the cap now
   */
  public Fees offer(BigInteger baseFee) {
    BigInteger now = baseFee.add(tip);
    if (now.compareTo(cap) > 0) {
      throw tooDear(now);
    }
    return new Fees(tip, baseFee.add(now).min(cap));
  }

  /**
   * A higher offer in the place of one that does not get through.
   *
   * @param stuck what was offered
   * @param percent by how much more
   * @param baseFee of the newest block
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LEDGER_UNAVAILABLE} when it would be
   *     above the cap
   */
  public Fees raise(Fees stuck, int percent, BigInteger baseFee) {
    Fees raised = stuck.raised(percent);
    BigInteger limit = raised.limit().max(baseFee.shiftLeft(1).add(raised.tip()).min(cap));
    if (limit.compareTo(cap) > 0) {
      throw tooDear(limit);
    }
    return new Fees(raised.tip(), limit);
  }

  private RuntimeException tooDear(BigInteger price) {
    return RpcException.unavailable(
        "a unit of gas would cost "
            + price
            + " wei, and the cap is "
            + cap
            + "; wait, or raise gasPriceCapGwei");
  }
}
