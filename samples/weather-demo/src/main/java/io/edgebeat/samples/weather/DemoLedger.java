package io.edgebeat.samples.weather;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.chain.evm.DevMarket;
import org.jspecify.annotations.Nullable;

/** The ledger that the demo runs on: embedded, or contracts on a chain of its own. */
final class DemoLedger implements AutoCloseable {
  private final @Nullable DevMarket chain;
  private final LedgerParameters parameters;

  private DemoLedger(@Nullable DevMarket chain, LedgerParameters parameters) {
    this.chain = chain;
    this.parameters = parameters;
  }

  /** Starts the ledger of a name. */
  static DemoLedger start(String name, LedgerParameters parameters) {
    return switch (name) {
      case "embedded" -> new DemoLedger(null, parameters);
      case "evm" -> new DemoLedger(DevMarket.start(EdgeBeat.signatures(), parameters), parameters);
      default ->
          throw new EdgeBeatException(
              ErrorCode.BACKEND_MISSING,
              "the demo runs on the ledger \"embedded\" or \"evm\"; there is no ledger \""
                  + name
                  + "\"");
    };
  }

  /** A market on this ledger. */
  LocalMarketBuilder market() {
    LocalMarketBuilder builder = EdgeBeat.local();
    return chain == null ? builder.parameters(parameters) : builder.ledger(chain);
  }

  /** What the last line says besides: what an agreement has cost where that costs something. */
  String cost(AgreementId id) {
    if (chain == null) {
      return "";
    }
    DevMarket.Cost cost = chain.cost(id);
    return " gas=" + cost.gas() + " txs=" + cost.transactions();
  }

  @Override
  public void close() {
    if (chain != null) {
      chain.close();
    }
  }
}
