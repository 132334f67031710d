package io.edgebeat.chain.evm;

import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.spi.LedgerProvider;
import io.edgebeat.spi.ProviderContext;
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
        EvmOptions.of(context.config()),
        context.signer(),
        context.signatures(),
        Optional.of(context.threads()));
  }
}
