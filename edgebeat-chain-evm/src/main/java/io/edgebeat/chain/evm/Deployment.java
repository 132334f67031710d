package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A value: where the contracts of a market are. As a file it is JSON, to be given to everybody who
 * takes part.
 *
 * @param chainId the chain
 * @param token EdgToken
 * @param core EdgeBeatCore
 * @param market EdgeBeatMarket
 * @param firstBlock the block from which on the market's events are read
 */
public record Deployment(
    long chainId, Address token, Address core, Address market, long firstBlock) {
  /** Checks the components. */
  public Deployment {
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(core, "core");
    Objects.requireNonNull(market, "market");
    if (chainId < 1 || firstBlock < 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "no chain id " + chainId + " with a first block " + firstBlock);
    }
  }

  /**
   * The same, with events read from another block on.
   *
   * @param block the first block
   * @return the deployment
   */
  public Deployment from(long block) {
    return new Deployment(chainId, token, core, market, block);
  }

  /**
   * Writes a file.
   *
   * @param file where to
   * @throws EdgeBeatException {@code STORAGE_FAILED} naming the file
   */
  public void save(Path file) {
    String json =
        """
        {
          "chainId": "%s",
          "token": "%s",
          "core": "%s",
          "market": "%s",
          "firstBlock": "%s"
        }
        """
            .formatted(Hex.of(chainId), token, core, market, Hex.of(firstBlock));
    try {
      Files.writeString(file, json);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * Reads a file.
   *
   * @param file what {@link #save} has written
   * @return the deployment
   * @throws EdgeBeatException {@code STORAGE_FAILED} or {@code CORRUPTED} naming the file
   */
  public static Deployment load(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw failed(file, e);
    }
    try {
      Json json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      return new Deployment(
          Hex.number(json.at("chainId")),
          Hex.address(json.at("token")),
          Hex.address(json.at("core")),
          Hex.address(json.at("market")),
          Hex.number(json.at("firstBlock")));
    } catch (BadAnswerException e) {
      throw new EdgeBeatException(
          ErrorCode.CORRUPTED, file + " does not say where a market is: " + e.getMessage());
    }
  }

  private static EdgeBeatException failed(Path file, IOException e) {
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED,
        RetryAdvice.AFTER_STATE_CHANGE,
        "cannot read or write " + file + ": " + e,
        e);
  }
}
