package io.edgebeat;

import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A ledger that tells whoever begins to listen only what holds now, as the nodes of most chains do:
 * what was taken back before is nowhere to be seen.
 */
final class ForgetfulLedger {
  private ForgetfulLedger() {}

  /**
   * Wraps a ledger.
   *
   * @param listening nothing is told before it is open
   */
  static Ledger of(Ledger ledger, CountDownLatch listening) {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("awaitEvents")
                  && arguments[0].equals(LedgerCursor.START)) {
                listening.await();
                return whatHolds(ledger);
              }
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static EventPage whatHolds(Ledger ledger) {
    List<LedgerEntry> holds = new ArrayList<>();
    EventPage page = ledger.awaitEvents(LedgerCursor.START, Integer.MAX_VALUE, Duration.ZERO);
    for (LedgerEntry entry : page.entries()) {
      if (entry.retracted()) {
        holds.removeIf(e -> e.blockHash().equals(entry.blockHash()) && e.index() == entry.index());
      } else {
        holds.add(entry);
      }
    }
    return new EventPage(holds, page.next(), page.head());
  }
}
