package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.core.agreement.ChannelState;
import io.edgebeat.core.agreement.Verdict;
import java.time.Instant;

/** The money rules as the interpreter asks them; tests plant mistakes between the two. */
@FunctionalInterface
interface Rules {
  Verdict decide(
      ChannelState state, LedgerCommand command, Address sender, Instant now, boolean paused);
}
