package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.core.engine.Event;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private static final Instant T0 = Instant.ofEpochSecond(1_800_000_000);
  private static final AgreementId ID = new AgreementId(Bytes32.ZERO);

  /** What the ledger tells may make a side sign; a restarted one asks first what it has signed. */
  @Test
  void aRestartIsTakenBeforeTheLedgerAndTheLedgerBeforeTheRest() {
    Event head = new Event.HeadMoved(new LedgerHead(1, Bytes32.ZERO, T0));
    Event unpaid = new Event.TimerFired("grace");
    Event stop = new Event.Terminate("enough");
    Event expiry = new Event.TimerFired("expiry");
    Event first = onLedger(1);
    Event second = onLedger(2);
    Event restart = new Event.Reopened();
    Mailbox mailbox = new Mailbox();

    for (Event event : List.of(head, unpaid, stop, expiry, first, second, restart)) {
      var unused = mailbox.add(event);
    }

    List<Event> taken =
        Stream.generate(() -> mailbox.poll().orElseThrow())
            .limit(7)
            .map(Mailbox.Item::event)
            .toList();
    assertThat(taken).containsExactly(restart, first, second, expiry, stop, unpaid, head);
    assertThat(mailbox.isEmpty()).isTrue();
  }

  private static Event onLedger(long block) {
    return new Event.OnLedger(
        new LedgerEntry(
            block,
            Bytes32.ZERO,
            0,
            T0,
            Finality.PENDING,
            false,
            new LedgerEvent.CloseRequested(ID, T0)));
  }
}
