package io.edgebeat.core.wallet;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Decider;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides for the wallet: nothing is promised twice, and no transaction is made twice. */
public final class WalletDecider implements Decider<WalletState> {

  /** By default a transaction that waits for a minute is offered a higher fee. */
  public static final Duration RAISE_AFTER = Duration.ofMinutes(1);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

  private final Duration raiseAfter;

  /**
   * A decider.
   *
   * @param raiseAfter after how long on its way a transaction is signed once more for a higher fee
   */
  public WalletDecider(Duration raiseAfter) {
    this.raiseAfter = raiseAfter;
  }

  @Override
  public WalletState create(PartitionKey key) {
    return new WalletState();
  }

  @Override
  public void decide(WalletState s, Event event, Step step) {
    switch (event) {
      case Event.Reserve e -> {
        WalletState.Reservation known = s.reservations.get(e.from());
        if (known == null) {
          step.fact(new Fact.ReserveAsked(e.from(), e.key(), e.amount(), e.vault()));
        } else if (known.granted()) {
          step.post(e.from(), new Event.Reserved(e.key()));
        }
      }
      case Event.FundsRead e -> fundsRead(s, e, step);
      case Event.Unreserve e -> {
        if (s.reservations.containsKey(e.from())) {
          step.fact(new Fact.ReserveEnded(e.from()));
        }
        step.post(e.from(), new Event.Acknowledged(e.key()));
      }
      case Event.Order e -> order(s, e, step);
      case Event.Prepared e -> {
        if (s.outbox.containsKey(e.key())) {
          step.fact(
              e.key().kind().equals("raise")
                  ? new Fact.TxRaised(e.key().number(), e.transaction())
                  : new Fact.TxPrepared(e.key().number(), e.transaction()));
        }
      }
      case Event.StatusKnown e -> status(s, e, step);
      case Event.ActionFailed e -> failed(s, e, step);
      case Event.TimerFired e -> {
        Instant due = s.timers().get(e.key());
        if (due != null && !due.isAfter(step.at())) {
          long number = Long.parseLong(e.key().substring("poll:".length()));
          step.fact(new Fact.TxRetried(number, s.attempts.getOrDefault(number, 0L) + 1));
        }
      }
      default ->
          throw new EdgeBeatException(
              ErrorCode.WRONG_STATE, event.getClass().getSimpleName() + " is not for the wallet");
    }
  }

  /** Every reservation that waits is answered by what was read after it was asked. */
  private static void fundsRead(WalletState s, Event.FundsRead e, Step step) {
    if (!s.outbox.containsKey(e.key())) {
      return;
    }
    step.fact(new Fact.Dropped(e.key()));
    List<Map.Entry<PartitionKey, WalletState.Reservation>> waiting = new ArrayList<>();
    for (Map.Entry<PartitionKey, WalletState.Reservation> r : s.reservations.entrySet()) {
      if (!r.getValue().granted()) {
        waiting.add(Map.entry(r.getKey(), r.getValue()));
      }
    }
    for (Map.Entry<PartitionKey, WalletState.Reservation> entry : waiting) {
      WalletState.Reservation r = entry.getValue();
      Amount has = r.vault() ? e.vault() : e.balance();
      Amount reserved = s.reserved(r.vault());
      boolean granted = reserved.plus(r.amount()).compareTo(has) <= 0;
      step.fact(new Fact.ReserveAnswered(entry.getKey(), granted));
      step.post(
          entry.getKey(),
          granted
              ? new Event.Reserved(r.key())
              : new Event.ReserveRefused(
                  r.key(),
                  ErrorCode.INSUFFICIENT_FUNDS,
                  (r.vault() ? "the vault" : "the account")
                      + " holds "
                      + has
                      + ", of which "
                      + reserved
                      + " is set aside; "
                      + r.amount()
                      + " is needed for deposit and fee"));
    }
  }

  private static void order(WalletState s, Event.Order e, Step step) {
    Long number = s.byOrder.get(WalletState.order(e.from(), e.key()));
    if (number == null) {
      Optional<TransactionStatus> done = done(s, e);
      if (done.isPresent()) {
        step.post(e.from(), new Event.OrderConcluded(e.key(), done.get()));
      } else {
        step.fact(new Fact.TxIntended(s.count + 1, e.from(), e.key(), e.command()));
      }
      return;
    }
    WalletState.Tx tx = s.transactions.get(number);
    if (tx != null) {
      tx.concluded()
          .ifPresent(status -> step.post(e.from(), new Event.OrderConcluded(e.key(), status)));
    }
  }

  /**
   * What became of an equal order of the same agreement, if it is done and nothing is gained by a
   * second one. An agreement hears here that it is done before the ledger's entries tell it so.
   */
  private static Optional<TransactionStatus> done(WalletState s, Event.Order e) {
    boolean again =
        switch (e.command()) {
          case LedgerCommand.TopUp c -> true;
          case LedgerCommand.Advertise c -> true;
          case LedgerCommand.Withdraw c -> true;
          default -> false;
        };
    return again
        ? Optional.empty()
        : s.byOrigin.getOrDefault(e.from(), List.of()).stream()
            .map(s.transactions::get)
            .filter(tx -> tx != null && tx.command().equals(e.command()))
            .flatMap(tx -> tx.concluded().stream())
            .filter(TransactionStatus.Done.class::isInstance)
            .findFirst();
  }

  private void status(WalletState s, Event.StatusKnown e, Step step) {
    ActionKey key = e.key();
    WalletState.Tx tx = s.transactions.get(key.number());
    if (tx == null || tx.concluded().isPresent()) {
      return;
    }
    switch (e.status()) {
      case TransactionStatus.Done d when d.finality() == Finality.FINAL -> conclude(tx, d, step);
      case TransactionStatus.Done d -> waits(s, tx.number(), step);
      case TransactionStatus.Failed f when f.finality() == Finality.FINAL -> conclude(tx, f, step);
      case TransactionStatus.Failed f -> waits(s, tx.number(), step);
      case TransactionStatus.Replaced r -> {
        if (tx.others().stream().anyMatch(other -> other.id().equals(r.by()))) {
          step.fact(new Fact.TxFellBack(tx.number(), r.by()));
        } else {
          conclude(tx, r, step);
        }
      }
      case TransactionStatus.Unknown u -> onItsWay(s, tx.number(), step);
      case TransactionStatus.Pending p -> onItsWay(s, tx.number(), step);
    }
  }

  /** What does not come through in time is worth more. */
  private void onItsWay(WalletState s, long number, Step step) {
    Instant since = s.sentSince.get(number);
    if (since != null && !step.at().isBefore(since.plus(raiseAfter))) {
      step.fact(new Fact.TxStuck(number));
    } else {
      waits(s, number, step);
    }
  }

  /** Asks again a little later each time; the same bytes may be sent as often as it takes. */
  private static void waits(WalletState s, long number, Step step) {
    long attempt = s.attempts.getOrDefault(number, 0L);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt, 8));
    step.fact(new Fact.TxWaits(number, step.at().plus(pause)));
  }

  /** Whether the ledger has not said no but nothing, so that the same is asked again. */
  public static boolean away(ErrorCode code) {
    return switch (code) {
      case LEDGER_UNAVAILABLE, BACKEND_UNAVAILABLE, TIMED_OUT, BUSY, INTERRUPTED, CLOSED -> true;
      default -> false;
    };
  }

  private static void conclude(WalletState.Tx tx, TransactionStatus status, Step step) {
    step.fact(new Fact.TxConcluded(tx.number(), status));
    step.post(tx.from(), new Event.OrderConcluded(tx.key(), status));
  }

  private void failed(WalletState s, Event.ActionFailed e, Step step) {
    if (!s.outbox.containsKey(e.key())) {
      return;
    }
    switch (e.key().kind()) {
      case "funds" -> {
        step.fact(new Fact.Dropped(e.key()));
        List<PartitionKey> waiting = new ArrayList<>();
        s.reservations.forEach(
            (from, r) -> {
              if (!r.granted()) {
                waiting.add(from);
              }
            });
        for (PartitionKey from : waiting) {
          WalletState.Reservation r = s.reservations.get(from);
          step.fact(new Fact.ReserveAnswered(from, false));
          if (r != null) {
            step.post(from, new Event.ReserveRefused(r.key(), e.code(), e.message()));
          }
        }
      }
      case "prepare" -> {
        WalletState.Tx tx = s.transactions.get(e.key().number());
        if (tx != null && away(e.code())) {
          // The ledger did not say no, it said nothing: an exit must not end with that.
          waits(s, tx.number(), step);
        } else if (tx != null) {
          conclude(tx, new TransactionStatus.Failed(e.code(), e.message(), Finality.FINAL), step);
        }
      }
      default -> {
        long number = e.key().number();
        boolean fee = !e.key().kind().equals("raise") && e.code() != ErrorCode.INSUFFICIENT_FUNDS;
        if (s.transactions.containsKey(number) && fee) {
          // A node that does not take it may want more for it.
          onItsWay(s, number, step);
        } else if (s.transactions.containsKey(number)) {
          waits(s, number, step);
        }
      }
    }
  }
}
