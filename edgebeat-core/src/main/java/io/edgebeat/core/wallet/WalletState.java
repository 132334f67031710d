package io.edgebeat.core.wallet;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.ActionKey;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Funds set aside, and every transaction of this account from intent to conclusion. */
public final class WalletState implements Partition {
  /** A reservation; {@code granted} once the funds were seen. */
  record Reservation(ActionKey key, Amount amount, boolean vault, boolean granted) {}

  /**
   * A ledger command on its way.
   *
   * @param signed what is sent
   * @param others what was sent before with the same nonce, for less
   */
  record Tx(
      long number,
      PartitionKey from,
      ActionKey key,
      LedgerCommand command,
      Optional<SignedTransaction> signed,
      List<SignedTransaction> others,
      Optional<TransactionStatus> concluded) {
    Tx {
      others = List.copyOf(others);
    }

    private Tx sends(SignedTransaction transaction) {
      List<SignedTransaction> rest = new ArrayList<>(others);
      signed.ifPresent(rest::add);
      rest.remove(transaction);
      return new Tx(number, from, key, command, Optional.of(transaction), rest, concluded);
    }

    private Tx ended(TransactionStatus status) {
      return new Tx(number, from, key, command, Optional.empty(), List.of(), Optional.of(status));
    }
  }

  final Map<ActionKey, Action> outbox = new LinkedHashMap<>();
  final Map<PartitionKey, Reservation> reservations = new LinkedHashMap<>();
  final Map<Long, Tx> transactions = new LinkedHashMap<>();
  final Map<String, Long> byOrder = new LinkedHashMap<>();
  final Map<PartitionKey, List<Long>> byOrigin = new LinkedHashMap<>();
  final Map<Long, Instant> polls = new LinkedHashMap<>();
  final Map<Long, Long> attempts = new LinkedHashMap<>();

  /** Since when what is sent now is on its way. */
  final Map<Long, Instant> sentSince = new LinkedHashMap<>();

  long count;

  static String order(PartitionKey from, ActionKey key) {
    return from + "/" + key;
  }

  @Override
  public void evolve(Fact fact) {
    switch (fact) {
      case Fact.ReserveAsked f -> {
        reservations.put(f.from(), new Reservation(f.key(), f.amount(), f.vault(), false));
        outbox.put(new ActionKey("funds", ++count), new Action.ReadFunds());
      }
      case Fact.Counted f -> count = Math.max(count, f.number());
      case Fact.ReserveAnswered f -> {
        Reservation r = reservations.get(f.from());
        if (r != null && f.granted()) {
          reservations.put(f.from(), new Reservation(r.key, r.amount, r.vault, true));
        } else {
          reservations.remove(f.from());
        }
      }
      case Fact.ReserveEnded f -> reservations.remove(f.from());
      case Fact.Dropped f -> outbox.remove(f.key());
      case Fact.TxIntended f -> {
        count = Math.max(count, f.number());
        byOrder.put(order(f.from(), f.key()), f.number());
        byOrigin.computeIfAbsent(f.from(), from -> new ArrayList<>()).add(f.number());
        transactions.put(
            f.number(),
            new Tx(
                f.number(),
                f.from(),
                f.key(),
                f.command(),
                Optional.empty(),
                List.of(),
                Optional.empty()));
        outbox.put(new ActionKey("prepare", f.number()), new Action.Prepare(f.command()));
      }
      case Fact.TxPrepared f -> {
        outbox.remove(new ActionKey("prepare", f.number()));
        transactions.put(f.number(), tx(f.number()).sends(f.transaction()));
        outbox.put(new ActionKey("broadcast", f.number()), new Action.Broadcast(f.transaction()));
      }
      case Fact.TxWaits f -> {
        outbox.remove(new ActionKey("prepare", f.number()));
        dropSends(f.number());
        polls.put(f.number(), f.until());
        if (tx(f.number()).signed.isPresent()) {
          sentSince.putIfAbsent(f.number(), f.until());
        }
      }
      case Fact.TxStuck f -> {
        dropSends(f.number());
        sentSince.remove(f.number());
        tx(f.number())
            .signed
            .ifPresent(
                stuck -> outbox.put(new ActionKey("raise", f.number()), new Action.Raise(stuck)));
      }
      case Fact.TxRaised f -> {
        dropSends(f.number());
        transactions.put(f.number(), tx(f.number()).sends(f.transaction()));
        outbox.put(new ActionKey("broadcast", f.number()), new Action.Broadcast(f.transaction()));
      }
      case Fact.TxFellBack f -> {
        dropSends(f.number());
        Tx tx = tx(f.number());
        for (SignedTransaction other : tx.others) {
          if (other.id().equals(f.id())) {
            transactions.put(f.number(), tx.sends(other));
            outbox.put(new ActionKey("broadcast", f.number()), new Action.Broadcast(other));
          }
        }
      }
      case Fact.TxRetried f -> {
        polls.remove(f.number());
        attempts.put(f.number(), f.attempt());
        Tx tx = tx(f.number());
        if (tx.signed.isPresent()) {
          outbox.put(
              new ActionKey("again:" + f.attempt(), f.number()),
              new Action.Broadcast(tx.signed.get()));
        } else {
          outbox.put(new ActionKey("prepare", f.number()), new Action.Prepare(tx.command));
        }
      }
      case Fact.TxConcluded f -> {
        outbox.remove(new ActionKey("prepare", f.number()));
        dropSends(f.number());
        polls.remove(f.number());
        attempts.remove(f.number());
        sentSince.remove(f.number());
        transactions.put(f.number(), tx(f.number()).ended(f.status()));
      }
      default -> {}
    }
  }

  private void dropSends(long number) {
    outbox
        .keySet()
        .removeIf(
            k ->
                k.number() == number
                    && (k.kind().equals("broadcast")
                        || k.kind().equals("raise")
                        || k.kind().startsWith("again:")));
  }

  private Tx tx(long number) {
    Tx tx = transactions.get(number);
    if (tx == null) {
      throw new IllegalStateException("transaction " + number + " was never intended");
    }
    return tx;
  }

  /** What a transaction is to do; empty for one that was never intended. */
  public Optional<LedgerCommand> command(long number) {
    return Optional.ofNullable(transactions.get(number)).map(Tx::command);
  }

  /** For whom something is set aside, or is to be. */
  public Set<PartitionKey> reservedFor() {
    return Set.copyOf(reservations.keySet());
  }

  /** What is set aside from balance or vault. */
  Amount reserved(boolean vault) {
    Amount sum = Amount.zero(Asset.EDG);
    for (Reservation r : reservations.values()) {
      if (r.granted && r.vault == vault) {
        sum = sum.plus(r.amount);
      }
    }
    return sum;
  }

  /** Transactions that were signed and not concluded, in the order of their nonces. */
  public List<SignedTransaction> unfinished() {
    List<SignedTransaction> list = new ArrayList<>();
    for (Tx tx : transactions.values()) {
      if (tx.concluded.isEmpty()) {
        list.addAll(tx.others);
        tx.signed.ifPresent(list::add);
      }
    }
    list.sort(java.util.Comparator.comparingLong(SignedTransaction::nonce));
    return list;
  }

  /** What was sent last for somebody, and is not concluded. */
  public Optional<SignedTransaction> underway(PartitionKey from) {
    List<Long> numbers = byOrigin.getOrDefault(from, List.of());
    return numbers.isEmpty() ? Optional.empty() : tx(numbers.getLast()).signed;
  }

  @Override
  public Map<ActionKey, Action> outbox() {
    return Collections.unmodifiableMap(outbox);
  }

  @Override
  public Map<String, Instant> timers() {
    Map<String, Instant> timers = new LinkedHashMap<>();
    polls.forEach((number, at) -> timers.put("poll:" + number, at));
    return timers;
  }

  @Override
  public boolean finished() {
    return false;
  }
}
