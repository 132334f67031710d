package io.edgebeat.chain.evm;

import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.chain.evm.market.MarketCall;
import java.util.HashMap;
import java.util.Map;

/**
 * How much gas calls get. A node is asked what a call needs, for chains count differently. That
 * costs it more than anything else that is asked before a transaction, so what fits by far is not
 * asked again for some blocks: the market's code does not change, and its calls have bounds.
 * Thread-safe.
 */
final class GasEstimates {
  private static final long BLOCKS = 64;

  /** What is believed of an estimate beyond what a call may use: room for gates. */
  private static final long GATES_GAS = 1_000_000;

  /** Until which block a kind of command is not asked for. */
  private final Map<String, Long> known = new HashMap<>();

  private long head;

  /** Whether a node should be asked: gates are somebody else's code, and are always asked for. */
  synchronized boolean isNeeded(LedgerCommand command) {
    if (isAlways(command)) {
      return true;
    }
    Long until = known.get(command.name());
    if (until != null && head >= until) {
      // One asks again, and the others go on meanwhile.
      known.put(command.name(), head + BLOCKS);
    }
    return until == null || head >= until;
  }

  private static boolean isAlways(LedgerCommand command) {
    boolean gated =
        switch (command) {
          case LedgerCommand.Open c -> c.agreement().tenant() != 0 || c.agreement().policy() != 0;
          case LedgerCommand.AcceptOffer c ->
              c.agreement().tenant() != 0 || c.agreement().policy() != 0;
          default -> false;
        };
    // Uris and ticks are as long as they are: what one needs says nothing about the next.
    boolean varies =
        command instanceof LedgerCommand.Advertise
            || command instanceof LedgerCommand.Claim
            || command instanceof LedgerCommand.Release;
    return gated || varies;
  }

  /** A newer block is there. */
  synchronized void seen(long block) {
    head = block;
  }

  /**
   * The gas of a call.
   *
   * @param estimate what the node says; some more is given, for other states need more
   */
  synchronized long limit(LedgerCommand command, MarketCall call, long estimate) {
    long needed = estimate / 100 * 130 + 10_000;
    if (needed <= call.gas()) {
      known.put(command.name(), head + BLOCKS);
    } else {
      known.remove(command.name());
    }
    return Math.min(Math.max(call.gas(), needed), call.gas() + GATES_GAS);
  }
}
