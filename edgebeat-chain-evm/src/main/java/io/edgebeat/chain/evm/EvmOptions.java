package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.spi.BackendConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The configuration of the ledger, read. */
record EvmOptions(
    List<URI> urls,
    Deployment deployment,
    int finalityDepth,
    Duration pollInterval,
    RpcLimits limits,
    GasPolicy gas) {
  static final Set<String> KEYS =
      Set.of(
          "url",
          "deployment",
          "finalityDepth",
          "pollInterval",
          "timeout",
          "maxAnswerBytes",
          "maxBatch",
          "callsPerSecond",
          "maxBlocksBehind",
          "maxStill",
          "gasTipGwei",
          "gasPriceCapGwei");

  /** Two minutes of a chain with a block every two seconds. */
  private static final int DEPTH = 64;

  static EvmOptions of(BackendConfig config) {
    RpcLimits usual = RpcLimits.DEFAULTS;
    RpcLimits limits =
        new RpcLimits(
            positive("timeout", config.duration("timeout", usual.timeout())),
            (int) between("maxAnswerBytes", config, usual.maxBytes(), 1_000, 1 << 30),
            (int) between("maxBatch", config, usual.maxBatch(), 1, 10_000),
            (int) between("callsPerSecond", config, 0, 0, 1_000_000),
            usual.attempts(),
            usual.rest(),
            (int) between("maxBlocksBehind", config, usual.maxBehind(), 0, 1_000_000),
            config.duration("maxStill", usual.maxStill()));
    return new EvmOptions(
        urls(config.text("url")),
        Deployment.load(Path.of(config.text("deployment"))),
        (int) between("finalityDepth", config, DEPTH, 0, 100_000),
        positive("pollInterval", config.duration("pollInterval", Duration.ofSeconds(1))),
        limits,
        GasPolicy.gwei(
            between("gasTipGwei", config, 1, 0, 1_000_000_000L),
            between("gasPriceCapGwei", config, 500, 1, 1_000_000_000L)));
  }

  private static List<URI> urls(String text) {
    List<URI> urls = new ArrayList<>();
    for (String url : text.split(",", -1)) {
      try {
        urls.add(URI.create(url.strip()));
      } catch (IllegalArgumentException e) {
        // Neither the text nor the cause: a URL may hold a key.
        throw new EdgeBeatException(
            ErrorCode.INVALID_CONFIG_VALUE,
            "configuration key \"url\" must be URLs with commas between; number "
                + (urls.size() + 1)
                + " is none");
      }
    }
    return urls;
  }

  private static Duration positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration key \"" + key + "\" must be more than nothing, found " + value);
    }
    return value;
  }

  private static long between(
      String key, BackendConfig config, long fallback, long least, long most) {
    long value = config.number(key, fallback);
    if (value < least || value > most) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration key \""
              + key
              + "\" must be in "
              + least
              + " .. "
              + most
              + ", found "
              + value);
    }
    return value;
  }
}
