package io.edgebeat;

import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerHead;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

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
    return telling(ledger, listening, () -> whatHolds(ledger));
  }

  /**
   * One that has not come as far as it was before, and does so later.
   *
   * @param listening nothing is told before it is open
   * @param upTo the block it has come to
   */
  static Ledger behind(Ledger ledger, CountDownLatch listening, long upTo) {
    return telling(ledger, listening, () -> whatWas(ledger, upTo));
  }

  private static Ledger telling(
      Ledger ledger, CountDownLatch listening, Supplier<EventPage> firstPage) {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("awaitEvents")
                  && arguments[0].equals(LedgerCursor.START)) {
                listening.await();
                return firstPage.get();
              }
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static EventPage whatWas(Ledger ledger, long upTo) {
    EventPage all = ledger.awaitEvents(LedgerCursor.START, Integer.MAX_VALUE, Duration.ZERO);
    List<LedgerEntry> then = all.entries().stream().takeWhile(e -> e.block() <= upTo).toList();
    EventPage page = ledger.awaitEvents(LedgerCursor.START, then.size(), Duration.ZERO);
    LedgerEntry last = then.getLast();
    return new EventPage(then, page.next(), new LedgerHead(upTo, last.blockHash(), last.time()));
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
