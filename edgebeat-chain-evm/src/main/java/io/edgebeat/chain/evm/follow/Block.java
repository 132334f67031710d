package io.edgebeat.chain.evm.follow;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.math.BigInteger;
import java.time.Instant;

/**
 * The header of a block, as much of it as matters here.
 *
 * @param number its number
 * @param hash its hash
 * @param parent the hash of the one before
 * @param time its time
 * @param baseFee what a unit of gas cost in it at least
 */
public record Block(long number, Bytes32 hash, Bytes32 parent, Instant time, BigInteger baseFee) {

  /** A block as a node tells it. */
  public static Block read(Json json) {
    if (json.isNull()) {
      throw new BadAnswerException("the block is not there");
    }
    Json baseFee = json.at("baseFeePerGas");
    return new Block(
        Hex.block(json.at("number")),
        Hex.bytes32(json.at("hash")),
        Hex.bytes32(json.at("parentHash")),
        time(json.at("timestamp")),
        baseFee.isNull() ? BigInteger.ZERO : Hex.big(baseFee));
  }

  /** The time of a block, as a node tells it. */
  static Instant time(Json seconds) {
    long time = Hex.number(seconds);
    if (time >= 1L << 40) {
      throw new BadAnswerException("the time of a block does not fit uint40");
    }
    return Instant.ofEpochSecond(time);
  }

  /** As the head of a ledger. */
  public LedgerHead toHead() {
    return new LedgerHead(number, hash, time);
  }
}
