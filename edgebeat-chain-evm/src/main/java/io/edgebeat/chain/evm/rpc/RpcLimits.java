package io.edgebeat.chain.evm.rpc;

import java.time.Duration;

/**
 * What is asked of a node, and waited for, at most.
 *
 * @param timeout for one call or batch, from the first byte sent to the last received
 * @param maxBytes of one answer
 * @param maxBatch calls of one request
 * @param callsPerSecond of one endpoint; 0 for no limit
 * @param attempts how often all endpoints are asked in turn
 * @param rest how long an endpoint that failed too often is left alone
 * @param maxBehind how many blocks an endpoint may be behind the others and still count
 * @param maxStill how long the head of an endpoint may stand still; zero for ever
 */
public record RpcLimits(
    Duration timeout,
    int maxBytes,
    int maxBatch,
    int callsPerSecond,
    int attempts,
    Duration rest,
    int maxBehind,
    Duration maxStill) {
  private static final int BEHIND = 10;
  private static final Duration STILL = Duration.ofMinutes(5);

  /** For a node on a network that works. */
  public static final RpcLimits DEFAULTS =
      new RpcLimits(Duration.ofSeconds(10), 64 << 20, 100, 0, 3, Duration.ofSeconds(5));

  /** The same, behind by ten blocks or still for five minutes at most. */
  public RpcLimits(
      Duration timeout,
      int maxBytes,
      int maxBatch,
      int callsPerSecond,
      int attempts,
      Duration rest) {
    this(timeout, maxBytes, maxBatch, callsPerSecond, attempts, rest, BEHIND, STILL);
  }
}
