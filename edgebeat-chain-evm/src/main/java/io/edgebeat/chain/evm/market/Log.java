package io.edgebeat.chain.evm.market;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.util.List;

/**
 * What a contract has logged, and where.
 *
 * @param address which contract
 * @param topics what it can be searched by; the first is its kind
 * @param data the rest
 * @param block the number of its block
 * @param blockHash the hash of its block
 * @param index its place in the block
 */
public record Log(
    Address address, List<Bytes32> topics, Blob data, long block, Bytes32 blockHash, int index) {
  /** Copies the list. */
  public Log {
    topics = List.copyOf(topics);
  }

  /** A log as a node tells it. */
  public static Log read(Json json) {
    if (json.at("removed") instanceof Json.Bool removed && removed.value()) {
      throw new BadAnswerException("a log that was removed is given out as one that holds");
    }
    long index = Hex.number(json.at("logIndex"));
    if (index > Integer.MAX_VALUE / 4) {
      throw new BadAnswerException("a log index out of range");
    }
    return new Log(
        Hex.address(json.at("address")),
        json.at("topics").items().stream().map(Hex::bytes32).toList(),
        Blob.of(Hex.bytes(json.at("data"))),
        Hex.block(json.at("blockNumber")),
        Hex.bytes32(json.at("blockHash")),
        (int) index);
  }
}
