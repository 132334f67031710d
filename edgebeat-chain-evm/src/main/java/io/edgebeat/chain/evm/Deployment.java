package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;

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
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} for an empty name, {@code STORAGE_FAILED} or
   *     {@code CORRUPTED} naming the file
   */
  public static Deployment load(Path file) {
    if (file.toString().isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "the file that says where the contracts are has no name");
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "there is no file " + file.toAbsolutePath() + "; Deployment.save writes it",
          e);
    } catch (IOException e) {
      throw failed(file, e);
    }
    try {
      Json json = Json.parse(bytes);
      if (!(json instanceof Json.Obj)) {
        throw new BadAnswerException("it is no JSON object");
      }
      return new Deployment(
          field(json, "chainId", Hex::number),
          field(json, "token", Hex::address),
          field(json, "core", Hex::address),
          field(json, "market", Hex::address),
          field(json, "firstBlock", Hex::number));
    } catch (BadAnswerException | EdgeBeatException e) {
      throw new EdgeBeatException(
          ErrorCode.CORRUPTED,
          RetryAdvice.NEVER,
          file + " does not say where a market is, as Deployment.save does: " + e.getMessage(),
          e);
    }
  }

  private static <T> T field(Json json, String name, Function<Json, T> reads) {
    Json value = json.at(name);
    if (value.isNull()) {
      throw new BadAnswerException('"' + name + "\" is missing");
    }
    if (!(value instanceof Json.Str)) {
      throw new BadAnswerException('"' + name + "\" must be a text with 0x, such as \"0x7a69\"");
    }
    try {
      return reads.apply(value);
    } catch (BadAnswerException e) {
      throw new BadAnswerException('"' + name + "\" is " + e.getMessage());
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
