package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.LedgerProvider;
import io.edgebeat.spi.ProviderContext;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.Set;

/** Makes the ledger {@code evm}: the market's contracts on a chain. */
public final class EvmLedgerProvider implements LedgerProvider {
  /** For {@link java.util.ServiceLoader}, and for whoever hands it over in code. */
  public EvmLedgerProvider() {}

  @Override
  public String id() {
    return "evm";
  }

  @Override
  public Set<String> configKeys() {
    return EvmOptions.KEYS;
  }

  @Override
  public Ledger create(ProviderContext context) {
    context.config().requireKnown(id(), configKeys());
    return EvmLedger.connect(
        options(context.config()),
        context.signer(),
        context.signatures(),
        Optional.of(context.threads()));
  }

  private static EvmOptions options(BackendConfig config) {
    if (config.text("deployment").isBlank()) {
      throw noFile("it is empty");
    }
    try {
      return EvmOptions.of(config);
    } catch (InvalidPathException e) {
      // Not its input, which may hold what no message should.
      throw noFile(e.getReason());
    }
  }

  private static EdgeBeatException noFile(String why) {
    return new EdgeBeatException(
        ErrorCode.INVALID_CONFIG_VALUE,
        "configuration key \"deployment\" must name a file that Deployment.save has written: "
            + why);
  }
}
