package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.SharedLedger;
import io.edgebeat.chain.evm.DevMarket;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a market of the proof stands on.
 *
 * @param ledger that of all
 * @param config how the JVM of a node reaches it by itself; empty where it asks the parent
 */
record Foundation(SharedLedger ledger, Map<String, String> config) {
  private static final LedgerParameters PARAMETERS =
      new LedgerParameters(
          Edg.of("0.1"),
          Edg.of("0.01"),
          Edg.of("10"),
          Duration.ofSeconds(15),
          Duration.ofMinutes(5),
          Duration.ofHours(2));

  /** Starts one of a name: {@code embedded} or {@code evm}. */
  static Foundation start(
      String name, Path directory, SignatureBackend signatures, Map<Address, Amount> funds) {
    return switch (name) {
      case "embedded" ->
          new Foundation(
              EmbeddedChain.inMemory(
                  EmbeddedChain.config(signatures)
                      .parameters(PARAMETERS)
                      .finalityDepth(1)
                      .blockInterval(Duration.ofMillis(20))
                      .funds(funds)),
              Map.of());
      case "evm" -> onChain(directory.resolve("market.json"), signatures, funds);
      default -> throw new IllegalArgumentException("no ledger " + name);
    };
  }

  private static Foundation onChain(
      Path file, SignatureBackend signatures, Map<Address, Amount> funds) {
    DevMarket market = DevMarket.start(signatures, PARAMETERS);
    market.fund(funds);
    market.deployment().save(file);
    return new Foundation(
        market,
        Map.of(
            "url", market.net().uri().toString(),
            "deployment", file.toString(),
            "finalityDepth", Integer.toString(DevMarket.DEPTH),
            "pollInterval", "PT0.05S"));
  }
}
