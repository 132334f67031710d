package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.SigningDomain;
import java.util.Set;

/**
 * A value: what a ledger is.
 *
 * @param domain what signatures are bound to
 * @param asset what it counts in
 * @param finalityDepth how many blocks on top make an event FINAL
 * @param commands the commands it knows
 * @param parameters what it checks
 */
public record LedgerInfo(
    SigningDomain domain,
    Asset asset,
    int finalityDepth,
    Set<Class<? extends LedgerCommand>> commands,
    LedgerParameters parameters) {
  /** Copies the set. */
  public LedgerInfo {
    commands = Set.copyOf(commands);
  }
}
