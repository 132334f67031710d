package io.edgebeat.core.agreement;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.LedgerEvent;
import java.util.List;

/** What the money rules make of a command. */
public sealed interface Verdict {
  /**
   * It is legal, and takes effect when the movements out of wallets and vaults are covered.
   *
   * @param state the state after
   * @param movements what moves; what is taken comes first
   * @param events what is told, in order
   */
  record Done(ChannelState state, List<Movement> movements, List<LedgerEvent> events)
      implements Verdict {
    /** Copies the lists. */
    public Done {
      movements = List.copyOf(movements);
      events = List.copyOf(events);
    }
  }

  /**
   * It is refused and nothing changes.
   *
   * @param code why
   * @param reason names the offending value
   */
  record Refused(ErrorCode code, String reason) implements Verdict {}
}
