package io.edgebeat.benchmarks.simulate;

import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches the transactions of nodes: what is ordered once is one transaction, sent as often as it
 * takes. A second one for the same command is right only when the first has come to nothing.
 */
public final class Spending {
  private final Map<Order, Set<TransactionId>> orders = new HashMap<>();
  private final Consumer<String> violation;

  private record Order(String node, LedgerCommand command) {}

  /** Nothing is sent yet. */
  public Spending(Consumer<String> violation) {
    this.violation = violation;
  }

  /** A node sends a transaction, for the first time or again. */
  public void sent(
      String node, LedgerCommand command, SignedTransaction transaction, Ledger ledger) {
    if (command instanceof LedgerCommand.TopUp) {
      // The same sum may be added again, when that is used up too.
      return;
    }
    Set<TransactionId> all =
        orders.computeIfAbsent(new Order(node, command), o -> new LinkedHashSet<>());
    for (TransactionId earlier : all) {
      TransactionStatus status = ledger.status(earlier);
      boolean nothing =
          status instanceof TransactionStatus.Failed
              || status instanceof TransactionStatus.Replaced;
      if (!earlier.equals(transaction.id()) && !nothing) {
        violation.accept(
            node + " sends " + command.name() + " as a second transaction, the first is " + status);
      }
    }
    all.add(transaction.id());
  }
}
