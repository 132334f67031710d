package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.chain.evm.rpc.NodeUrl;
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

  /** Longer is no limit, and beyond what a long counts of nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(365);

  /** Sockets wait for milliseconds. */
  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** Refuses URLs that are none. */
  EvmOptions {
    NodeUrl.check(urls);
    urls = List.copyOf(urls);
  }

  static EvmOptions of(BackendConfig config) {
    RpcLimits usual = RpcLimits.DEFAULTS;
    RpcLimits limits =
        new RpcLimits(
            between("timeout", config, usual.timeout(), SHORTEST),
            (int) between("maxAnswerBytes", config, usual.maxBytes(), 1_000, 1 << 30),
            (int) between("maxBatch", config, usual.maxBatch(), 1, 10_000),
            (int) between("callsPerSecond", config, 0, 0, 1_000_000),
            usual.attempts(),
            usual.rest(),
            (int) between("maxBlocksBehind", config, usual.maxBehind(), 0, 1_000_000),
            between("maxStill", config, usual.maxStill(), Duration.ZERO));
    return new EvmOptions(
        urls(config.text("url")),
        Deployment.load(Path.of(config.text("deployment"))),
        (int) between("finalityDepth", config, DEPTH, 0, 100_000),
        between("pollInterval", config, Duration.ofSeconds(1), SHORTEST),
        limits,
        gas(config));
  }

  private static GasPolicy gas(BackendConfig config) {
    long tip = between("gasTipGwei", config, 1, 0, 1_000_000_000L);
    long cap = between("gasPriceCapGwei", config, 500, 1, 1_000_000_000L);
    if (tip > cap) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration key \"gasTipGwei\" must not be above \"gasPriceCapGwei\", found "
              + tip
              + " and "
              + cap);
    }
    return GasPolicy.gwei(tip, cap);
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

  private static Duration between(
      String key, BackendConfig config, Duration fallback, Duration least) {
    Duration value = config.duration(key, fallback);
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw outside(key, least, LONGEST, value);
    }
    return value;
  }

  private static long between(
      String key, BackendConfig config, long fallback, long least, long most) {
    long value = config.number(key, fallback);
    if (value < least || value > most) {
      throw outside(key, least, most, value);
    }
    return value;
  }

  private static EdgeBeatException outside(String key, Object least, Object most, Object value) {
    return new EdgeBeatException(
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

  /** Without the keys that URLs hold. */
  @Override
  public String toString() {
    return "EvmOptions[urls="
        + urls.stream().map(NodeUrl::name).toList()
        + ", deployment="
        + deployment
        + ", finalityDepth="
        + finalityDepth
        + ", pollInterval="
        + pollInterval
        + ", limits="
        + limits
        + ", gas="
        + gas
        + "]";
  }
}
