package io.edgebeat.testkit;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts every token of a ledger, by nothing but its {@link Ledger} interface: what each account
 * and each agreement must hold follows from the initial funds and the events, and is compared with
 * what the ledger says it holds. So a token made, lost or given to the wrong one is found and
 * named.
 */
public final class Balances {
  private static final int PAGE = 256;
  private static final int MOST_READINGS = 1_000;

  private final Ledger ledger;
  private final Map<Address, BigInteger> accounts = new TreeMap<>();
  private final Map<AgreementId, Channel> channels = new LinkedHashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private BigInteger collected = BigInteger.ZERO;

  /** What the events say of one agreement. */
  private static final class Channel {
    private @Nullable Agreement agreement;
    private BigInteger deposit = BigInteger.ZERO;
    private BigInteger feeEscrowed = BigInteger.ZERO;
    private BigInteger feeReclaimed = BigInteger.ZERO;
    private BigInteger topUps = BigInteger.ZERO;
    private BigInteger claimed = BigInteger.ZERO;
    private LedgerEvent.@Nullable Closed closed;

    private BigInteger held() {
      return closed != null
          ? BigInteger.ZERO
          : deposit.add(feeEscrowed).add(topUps).subtract(claimed).subtract(feeReclaimed);
    }
  }

  private Balances(Ledger ledger, Map<Address, Amount> funds) {
    this.ledger = ledger;
    funds.forEach((owner, amount) -> accounts.put(owner, amount.baseUnits()));
  }

  /**
   * Counts, at the newest block. Waits for a moment in which nothing happens.
   *
   * @param ledger the ledger
   * @param funds who held how much when it had no events; nobody else held anything
   * @throws AssertionError naming every account and agreement whose tokens are not where they
   *     should be
   */
  public static void check(Ledger ledger, Map<Address, Amount> funds) {
    List<LedgerEntry> before = entries(ledger);
    for (int i = 0; i < MOST_READINGS; i++) {
      List<String> wrong = new Balances(ledger, funds).count(before);
      List<LedgerEntry> after = entries(ledger);
      if (after.size() == before.size()) {
        if (!wrong.isEmpty()) {
          throw new AssertionError(
              "tokens are not where they should be:\n" + String.join("\n", wrong));
        }
        return;
      }
      before = after;
    }
    throw new AssertionError("the ledger was never quiet, so its tokens could not be counted");
  }

  private static List<LedgerEntry> entries(Ledger ledger) {
    List<LedgerEntry> all = new ArrayList<>();
    LedgerCursor at = LedgerCursor.START;
    while (true) {
      EventPage page = ledger.awaitEvents(at, PAGE, Duration.ZERO);
      if (page.entries().isEmpty()) {
        return all;
      }
      all.addAll(page.entries());
      at = page.next();
    }
  }

  private List<String> count(List<LedgerEntry> entries) {
    BigInteger funds = accounts.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    for (LedgerEvent event : standing(entries)) {
      apply(event);
    }
    BigInteger sum = collected;
    for (Map.Entry<Address, BigInteger> account : accounts.entrySet()) {
      sum = sum.add(compare(account.getKey(), account.getValue()));
    }
    for (Map.Entry<AgreementId, Channel> channel : channels.entrySet()) {
      sum = sum.add(compare(channel.getKey(), channel.getValue()));
    }
    equal("all accounts, open agreements and collected fees together", funds, sum);
    return wrong;
  }

  /** The events that hold: a retraction takes back the latest that does. */
  private List<LedgerEvent> standing(List<LedgerEntry> entries) {
    List<LedgerEvent> standing = new ArrayList<>();
    for (LedgerEntry entry : entries) {
      if (!entry.retracted()) {
        standing.add(entry.event());
      } else if (!standing.isEmpty() && standing.getLast().equals(entry.event())) {
        standing.removeLast();
      } else {
        wrong.add("retracted, but not the latest event that holds: " + entry);
      }
    }
    return standing;
  }

  private void apply(LedgerEvent event) {
    switch (event) {
      case LedgerEvent.Transferred e -> {
        move(e.from(), e.amount().baseUnits().negate());
        move(e.to(), e.amount().baseUnits());
      }
      case LedgerEvent.Advertised e -> {
        BigInteger fee = ledger.info().parameters().listingFee().baseUnits();
        move(e.listing().id().seller(), fee.negate());
        collected = collected.add(fee);
      }
      case LedgerEvent.OfAgreement e ->
          apply(e, channels.computeIfAbsent(e.id(), id -> new Channel()));
      // An account is counted with its vault, so what moves between them does not matter.
      case LedgerEvent.VaultChanged e -> move(e.owner(), BigInteger.ZERO);
      case LedgerEvent.Withdrawn e -> {}
    }
  }

  private void apply(LedgerEvent.OfAgreement event, Channel channel) {
    switch (event) {
      case LedgerEvent.OfferAccepted e -> channel.agreement = e.agreement();
      case LedgerEvent.FeeDeposited e -> escrow(channel, e.id(), e.fee().baseUnits());
      case LedgerEvent.FeeReclaimed e -> {
        channel.feeReclaimed = e.fee().baseUnits();
        move(buyer(channel, e.id()), e.fee().baseUnits());
      }
      case LedgerEvent.Opened e -> {
        channel.agreement = e.agreement();
        if (channel.feeEscrowed.signum() == 0) {
          escrow(channel, e.id(), e.agreement().fee().baseUnits());
        }
        channel.deposit = e.agreement().deposit().baseUnits();
        move(e.agreement().buyer(), channel.deposit.negate());
      }
      case LedgerEvent.ToppedUp e -> {
        channel.topUps = channel.topUps.add(e.amount().baseUnits());
        equal("top-ups of " + e.id(), channel.topUps, e.topUps().baseUnits());
        move(e.from(), e.amount().baseUnits().negate());
      }
      case LedgerEvent.Claimed e -> {
        channel.claimed = channel.claimed.add(e.amount().baseUnits());
        equal("claims of " + e.id(), channel.claimed, e.claimed().baseUnits());
        move(seller(channel, e.id()), e.amount().baseUnits());
      }
      case LedgerEvent.Closed e -> {
        if (channel.closed != null) {
          wrong.add("agreement " + e.id() + " was closed twice: " + channel.closed + ", " + e);
        }
        channel.closed = e;
        equal(
            "paid, refunded and fee of " + e.id(),
            channel.deposit.add(channel.topUps).add(channel.feeEscrowed),
            e.paid().plus(e.refunded()).plus(e.fee()).baseUnits());
        move(e.seller(), e.paid().baseUnits().subtract(channel.claimed));
        move(e.buyer(), e.refunded().baseUnits());
        collected = collected.add(e.fee().baseUnits());
      }
      case LedgerEvent.OfferRecorded e -> {}
      case LedgerEvent.CloseRequested e -> {}
      case LedgerEvent.TerminationStated e -> {}
      case LedgerEvent.Cancelled e -> {}
    }
  }

  private void escrow(Channel channel, AgreementId id, BigInteger fee) {
    channel.feeEscrowed = fee;
    move(buyer(channel, id), fee.negate());
  }

  private Address buyer(Channel channel, AgreementId id) {
    return agreement(channel, id).buyer();
  }

  private Address seller(Channel channel, AgreementId id) {
    return agreement(channel, id).seller();
  }

  private static Agreement agreement(Channel channel, AgreementId id) {
    if (channel.agreement == null) {
      throw new AssertionError("money of agreement " + id + " moved before it was seen");
    }
    return channel.agreement;
  }

  private void move(Address account, BigInteger by) {
    accounts.merge(account, by, BigInteger::add);
  }

  /** What the account holds, which must be what the events say. */
  private BigInteger compare(Address account, BigInteger expected) {
    Amount wallet = ledger.balance(account, Finality.PENDING);
    Amount vault = ledger.vault(account, Finality.PENDING);
    BigInteger found = wallet.plus(vault).baseUnits();
    equal("balance and vault of " + account, expected, found);
    return found;
  }

  /** What the agreement still holds, which must be what the events say. */
  private BigInteger compare(AgreementId id, Channel channel) {
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    boolean over =
        record.status() == AgreementStatus.CLOSED || record.status() == AgreementStatus.LAPSED;
    equal("deposit of " + id, channel.deposit, record.deposit().baseUnits());
    equal("top-ups of " + id, channel.topUps, record.topUps().baseUnits());
    equal("claimed of " + id, channel.claimed, record.claimed().baseUnits());
    LedgerEvent.Closed closed = channel.closed;
    if ((record.status() == AgreementStatus.CLOSED) != (closed != null)) {
      wrong.add("agreement " + id + " is " + record.status() + ", its end by events " + closed);
    }
    equal("paid of " + id, closed == null ? null : closed.paid(), record.paid());
    equal(
        "refunded of " + id,
        closed == null ? channel.feeReclaimed : closed.refunded().baseUnits(),
        record.refunded().baseUnits());
    equal("fee paid of " + id, closed == null ? null : closed.fee(), record.feePaid());
    BigInteger held =
        over
            ? BigInteger.ZERO
            : record
                .deposit()
                .plus(record.topUps())
                .plus(record.feeHeld())
                .minus(record.claimed())
                .baseUnits();
    equal("what is held for " + id, channel.held(), held);
    return held;
  }

  private void equal(String what, @Nullable Amount expected, Amount found) {
    equal(what, expected == null ? BigInteger.ZERO : expected.baseUnits(), found.baseUnits());
  }

  private void equal(String what, BigInteger expected, BigInteger found) {
    if (!expected.equals(found)) {
      BigInteger over = found.subtract(expected);
      wrong.add(
          what
              + ": expected "
              + expected
              + ", found "
              + found
              + " base units, "
              + over.abs()
              + (over.signum() > 0 ? " too many" : " too few"));
    }
  }
}
