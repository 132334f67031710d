package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.core.agreement.ChannelState;
import io.edgebeat.core.agreement.Movement;
import io.edgebeat.core.agreement.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A ledger that can branch: what {@code MoneyRules} keep of the one agreement, and everybody's
 * tokens. Every verdict is that of the real rules; here only the tokens are counted, as the
 * interpreter of the embedded ledger does, and what no verdict may do is noticed.
 *
 * @param channel what the rules know
 * @param wallets everybody's tokens
 * @param pot the collected fees
 * @param blocks how many commands took effect
 * @param opens how often the agreement was opened
 * @param ended whether it has ended
 */
record Books(
    ChannelState channel,
    SortedMap<Address, Amount> wallets,
    Amount pot,
    long blocks,
    int opens,
    boolean ended) {
  private static final long EACH = 100;

  /**
   * What became of a command.
   *
   * @param after the books after it
   * @param entries what is told of it; empty when it was refused
   * @param refused why it was refused
   * @param violation what should not have happened
   */
  record Outcome(
      Books after,
      List<LedgerEntry> entries,
      Optional<Verdict.Refused> refused,
      Optional<String> violation) {}

  static Books opening(Stage stage) {
    SortedMap<Address, Amount> wallets = new TreeMap<>();
    for (Address owner : List.of(stage.buyer, stage.seller, stage.stranger)) {
      wallets.put(owner, Stage.units(EACH));
    }
    return new Books(ChannelState.NONE, wallets, Stage.units(0), 0, 0, false);
  }

  /** What an account has more, or less, than in the beginning. */
  long gained(Address owner) {
    return tokens(owner).baseUnits().longValueExact() - EACH;
  }

  private Amount tokens(Address owner) {
    Amount tokens = wallets.get(owner);
    return tokens == null ? Stage.units(0) : tokens;
  }

  /** Whether the ledger holds the channel's money. */
  boolean funded() {
    return channel.status() == AgreementStatus.OPEN || channel.status() == AgreementStatus.CLOSING;
  }

  /** Carries out one command. */
  Outcome apply(Stage stage, LedgerCommand command, Address sender, Instant now) {
    Verdict verdict;
    try {
      verdict = stage.rules.decide(channel, command, sender, now, false);
    } catch (RuntimeException defect) {
      return broken(command.name() + " makes the rules throw " + defect);
    }
    if (verdict instanceof Verdict.Refused refused) {
      boolean genuine = command instanceof LedgerCommand.Claim && funded();
      return new Outcome(
          this,
          List.of(),
          Optional.of(refused),
          genuine
              ? Optional.of(
                  "a claim with a genuine voucher was refused while "
                      + channel.status()
                      + ": "
                      + refused.reason())
              : Optional.empty());
    }
    Verdict.Done done = (Verdict.Done) verdict;
    SortedMap<Address, Amount> after = new TreeMap<>(wallets);
    Amount fees = pot;
    for (Movement m : done.movements()) {
      switch (m.kind()) {
        case FROM_WALLET, FROM_VAULT -> {
          if (tokens(m.account()).compareTo(m.amount()) < 0) {
            return broken(m.account() + " cannot pay " + m.amount());
          }
          after.compute(m.account(), (a, t) -> t == null ? m.amount() : t.minus(m.amount()));
        }
        case TO_WALLET, TO_VAULT -> after.merge(m.account(), m.amount(), Amount::plus);
        case TO_POT -> fees = fees.plus(m.amount());
      }
    }
    boolean opened = done.events().stream().anyMatch(LedgerEvent.Opened.class::isInstance);
    boolean closed = done.events().stream().anyMatch(LedgerEvent.Closed.class::isInstance);
    Books books =
        new Books(done.state(), after, fees, blocks + 1, opens + (opened ? 1 : 0), ended || closed);
    List<LedgerEntry> entries = new ArrayList<>();
    for (LedgerEvent event : done.events()) {
      entries.add(
          new LedgerEntry(
              books.blocks, books.hash(), entries.size(), now, Finality.FINAL, false, event));
    }
    return new Outcome(books, entries, Optional.empty(), books.wrongAfter(this, stage));
  }

  Bytes32 hash() {
    return Bytes32.of(Stage.secret("block " + blocks).reveal());
  }

  private Outcome broken(String what) {
    return new Outcome(this, List.of(), Optional.empty(), Optional.of(what));
  }

  private Optional<String> wrongAfter(Books before, Stage stage) {
    Amount all = pot.plus(channel.held());
    for (Amount tokens : wallets.values()) {
      all = all.plus(tokens);
    }
    if (!all.equals(Stage.units(EACH * wallets.size()))) {
      return Optional.of("tokens are not conserved: " + all + " of " + EACH * wallets.size());
    }
    if (opens > 1) {
      return Optional.of("one signature opened twice: the buyer is charged again");
    }
    if (channel.claimed().compareTo(channel.total()) > 0
        || (before.funded() && channel.claimed().compareTo(before.channel.claimed()) < 0)) {
      return Optional.of("claimed is " + channel.claimed() + " of " + channel.total());
    }
    Optional<Instant> deadline = before.channel.deadline();
    if (deadline.isPresent() && !deadline.equals(channel.deadline())) {
      return Optional.of("the deadline moved from " + deadline + " to " + channel.deadline());
    }
    Amount out = channel.paid().plus(channel.refunded()).plus(channel.feePaid());
    Amount in = channel.total().plus(stage.agreement.fee());
    return channel.status() == AgreementStatus.CLOSED && !out.equals(in)
        ? Optional.of("paid + refunded + fee is " + out + ", put in was " + in)
        : Optional.empty();
  }

  /** Everything by which two ledgers differ; the rest is a number of blocks. */
  List<Object> key() {
    return List.of(channel, wallets.values(), pot, opens, ended);
  }
}
