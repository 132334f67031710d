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
import java.util.Optional;
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
 * <p>A node whose backup was made in the middle of the talks may agree to such a channel again, in
 * the same words. It stays one of these: what was promised under it is still not known.
 *
 * <p>All of it follows from the ledger, which tells everything again after a restart; the wallet
 * knows which transactions it has made.
 */
final class Forgotten {
  /** A transaction that has not shown for so long is ordered again. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final class Channel {
    final Agreement agreement;
    long block;
    boolean feeHeld;
    boolean open;
    @Nullable Instant deadline;
    long closedAt;
    boolean closed;
    Instant ordered = Instant.MIN;
    long attempts;

    Channel(Agreement agreement) {
      this.agreement = agreement;
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

  /**
   * The ledger has told something of an agreement.
   *
   * @return whether it is one of these, and nobody else is to hear of it
   */
  synchronized boolean told(LedgerEntry entry) {
    if (!(entry.event() instanceof LedgerEvent.OfAgreement event)) {
      return false;
    }
    boolean holds = !entry.retracted();
    Agreement begun =
        switch (event) {
          case LedgerEvent.OfferAccepted e -> e.agreement();
          case LedgerEvent.Opened e -> e.agreement();
          default -> null;
        };
    if (holds && begun != null && isOwn(begun) && !known.test(event.id())) {
      channels.putIfAbsent(event.id(), new Channel(begun));
    }
    Channel channel = channels.get(event.id());
    if (channel == null) {
      return false;
    }
    switch (event) {
      case LedgerEvent.FeeDeposited e -> channel.feeHeld = holds;
      case LedgerEvent.FeeReclaimed e -> channel.feeHeld = !holds;
      case LedgerEvent.Opened e -> {
        channel.open = holds;
        channel.block = entry.block();
      }
      case LedgerEvent.CloseRequested e -> {
        channel.deadline = holds ? e.deadline() : null;
        channel.ordered = Instant.MIN;
      }
      case LedgerEvent.Closed e -> {
        channel.closed = holds;
        channel.closedAt = entry.block();
      }
      default -> {}
    }
    return true;
  }

  private boolean isOwn(Agreement agreement) {
    return agreement.buyer().equals(self) || agreement.seller().equals(self);
  }

  /** The ledger has told everything up to here. */
  synchronized void reached(LedgerHead head) {
    channels.values().removeIf(c -> isOver(c, head));
    channels.forEach(
        (id, c) -> {
          boolean waits = head.time().isBefore(later(c.ordered));
          if (!waits && c.agreement.buyer().equals(self)) {
            due(c, head).ifPresent(command -> order(id, c, command, head));
          }
        });
  }

  /** What brings the buyer's money back now. */
  private Optional<LedgerCommand> due(Channel c, LedgerHead head) {
    Agreement agreement = c.agreement;
    if (!c.open) {
      return c.feeHeld && head.time().isAfter(agreement.openBy())
          ? Optional.of(new LedgerCommand.ReclaimFee(agreement))
          : Optional.empty();
    }
    if (c.closed || head.number() - c.block < depth) {
      return Optional.empty();
    }
    Instant deadline = c.deadline;
    if (deadline == null && head.time().isBefore(agreement.expiry())) {
      return Optional.of(new LedgerCommand.RequestClose(agreement));
    }
    return head.time().isBefore(deadline == null ? end(agreement) : deadline)
        ? Optional.empty()
        : Optional.of(new LedgerCommand.Finalize(agreement));
  }

  private boolean isOver(Channel c, LedgerHead head) {
    return c.closed
        ? head.number() - c.closedAt >= depth
        : !c.open && !c.feeHeld && head.time().isAfter(c.agreement.expiry());
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
        .filter(e -> e.getValue().open ? !e.getValue().closed : e.getValue().feeHeld)
        .map(e -> problem(e.getKey(), e.getValue().agreement))
        .toList();
  }

  private String problem(AgreementId id, Agreement agreement) {
    return "agreement "
        + id
        + " was on the ledger before it was in this node's files: perhaps an old backup's; "
        + (agreement.buyer().equals(self)
            ? "it is being closed, what the seller cannot claim comes back"
            : "nothing can be claimed without its vouchers, which a watchtower may hold");
  }
}
