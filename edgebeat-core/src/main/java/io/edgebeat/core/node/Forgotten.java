package io.edgebeat.core.node;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.PartitionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Channels of this account that the ledger shows open and the journal does not know: made after the
 * backup that the node was restored from, or before its files were lost. As a buyer the node closes
 * them, so that what is left of the deposit comes back; the seller has the whole challenge to claim
 * what it holds. As a seller it can only name them.
 *
 * <p>All of it follows from the ledger, which tells everything again after a restart; the wallet
 * knows which transactions it has made.
 */
final class Forgotten {
  /** A transaction that has not shown for so long is ordered again. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final class Channel {
    final Agreement agreement;
    final long block;
    @Nullable Instant deadline;
    long closedAt;
    boolean closed;
    Instant ordered = Instant.MIN;
    long attempts;

    Channel(Agreement agreement, long block) {
      this.agreement = agreement;
      this.block = block;
    }
  }

  private final Address self;
  private final int depth;
  private final Predicate<AgreementId> known;
  private final BiConsumer<PartitionKey, Event> tell;
  private final Map<AgreementId, Channel> channels = new ConcurrentSkipListMap<>();

  /**
   * @param self the account of the node
   * @param depth at which nothing is taken back any more
   * @param known whether the node has an agreement of that id
   * @param tell gives an event to a partition
   */
  Forgotten(
      Address self, int depth, Predicate<AgreementId> known, BiConsumer<PartitionKey, Event> tell) {
    this.self = self;
    this.depth = depth;
    this.known = known;
    this.tell = tell;
  }

  /** The ledger has told something of an agreement that is not known. */
  synchronized void told(LedgerEntry entry) {
    boolean holds = !entry.retracted();
    if (entry.event() instanceof LedgerEvent.Opened e && isOwn(e.agreement())) {
      if (holds) {
        channels.putIfAbsent(e.id(), new Channel(e.agreement(), entry.block()));
      } else {
        channels.remove(e.id());
      }
    } else if (entry.event() instanceof LedgerEvent.OfAgreement e) {
      Channel channel = channels.get(e.id());
      if (channel != null && e instanceof LedgerEvent.CloseRequested requested) {
        channel.deadline = holds ? requested.deadline() : null;
        channel.ordered = Instant.MIN;
      } else if (channel != null && e instanceof LedgerEvent.Closed) {
        channel.closed = holds;
        channel.closedAt = entry.block();
      }
    }
  }

  private boolean isOwn(Agreement agreement) {
    return agreement.buyer().equals(self) || agreement.seller().equals(self);
  }

  /** The ledger has told everything up to here. */
  synchronized void reached(LedgerHead head) {
    channels.keySet().removeIf(known);
    channels.values().removeIf(c -> c.closed && head.number() - c.closedAt >= depth);
    channels.forEach(
        (id, c) -> {
          boolean isFinal = head.number() - c.block >= depth;
          boolean waits = head.time().isBefore(later(c.ordered));
          if (c.closed || !isFinal || waits || !c.agreement.buyer().equals(self)) {
            return;
          }
          Instant deadline = c.deadline;
          if (deadline == null && head.time().isBefore(c.agreement.expiry())) {
            order(id, c, new LedgerCommand.RequestClose(c.agreement), head);
          } else if (!head.time().isBefore(deadline == null ? end(c.agreement) : deadline)) {
            order(id, c, new LedgerCommand.Finalize(c.agreement), head);
          }
        });
  }

  private static Instant later(Instant ordered) {
    return ordered.equals(Instant.MIN) ? ordered : ordered.plus(PATIENCE);
  }

  private static Instant end(Agreement agreement) {
    return agreement.expiry().plus(agreement.challenge());
  }

  private void order(AgreementId id, Channel channel, LedgerCommand command, LedgerHead head) {
    channel.ordered = head.time();
    channel.attempts++;
    // The name of the order is the same after a restart, and so it is no second one.
    ActionKey key = new ActionKey("tx:" + command.name() + ":" + id, channel.attempts);
    tell.accept(PartitionKey.WALLET, new Event.Order(PartitionKey.LISTINGS, key, command));
  }

  /** What an operator should know. */
  synchronized List<String> problems() {
    return channels.entrySet().stream()
        .filter(e -> !e.getValue().closed && !known.test(e.getKey()))
        .map(e -> problem(e.getKey(), e.getValue().agreement))
        .toList();
  }

  private String problem(AgreementId id, Agreement agreement) {
    return "agreement "
        + id
        + " is open on the ledger and not in this node's files: perhaps an old backup's; "
        + (agreement.buyer().equals(self)
            ? "it is being closed, what the seller cannot claim comes back"
            : "nothing can be claimed without its vouchers, which a watchtower may hold");
  }
}
