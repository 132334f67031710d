package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.TransactionStatus;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows what must hold whatever happens, without the rules: from the events that hold it computes
 * every balance and every record anew, and compares. It also knows what was signed.
 */
final class Oracle {
  private static final BigInteger ZERO = BigInteger.ZERO;

  private final Market market;
  private final Map<AgreementId, Agreement> agreements = new LinkedHashMap<>();
  private final Map<AgreementId, BigInteger> revealed = new HashMap<>();
  private final Map<AgreementId, Set<BigInteger>> settled = new HashMap<>();
  private final List<LedgerEntry> held = new ArrayList<>();
  private LedgerCursor cursor = LedgerCursor.START;

  Oracle(Market market, List<Agreement> all) {
    this.market = market;
    all.forEach(a -> agreements.put(market.id(a), a));
  }

  /** The voucher key has signed this value. */
  void revealed(Agreement a, BigInteger value) {
    revealed.merge(market.id(a), value, BigInteger::max);
  }

  /** Both have signed or stated this settlement. */
  void settled(Agreement a, Amount cumulative) {
    settled.computeIfAbsent(market.id(a), x -> new HashSet<>()).add(cumulative.baseUnits());
  }

  /**
   * What must come of some commands, told from the record before.
   *
   * @param sound whether signatures, preimage and amounts of the command are as they should be
   */
  void judge(
      Agreement a,
      AgreementRecord before,
      Instant now,
      LedgerCommand command,
      Address sender,
      boolean sound,
      TransactionStatus outcome) {
    boolean open = before.status() == AgreementStatus.OPEN;
    boolean closing = before.status() == AgreementStatus.CLOSING;
    Instant deadline = before.deadline().orElse(a.expiry().plus(a.challenge()));
    boolean done = outcome instanceof TransactionStatus.Done;
    String what = command.name() + " in " + before + " at " + now + " gave " + outcome;
    switch (command) {
      case LedgerCommand.Claim c ->
          assertThat(done).as("I7 %s", what).isEqualTo((open || closing) && sound);
      case LedgerCommand.Finalize c ->
          assertThat(done)
              .as("I8 %s", what)
              .isEqualTo((open || closing) && !now.isBefore(deadline));
      case LedgerCommand.RequestClose c ->
          assertThat(done).as("I7 %s", what).isEqualTo(open && sender.equals(a.buyer()));
      case LedgerCommand.Release c ->
          assertThat(done)
              .as("I13 %s", what)
              .isEqualTo((open || closing) && sender.equals(a.seller()) && sound);
      case LedgerCommand.Settle c -> {
        Amount cumulative = c.settlement().cumulative();
        boolean bounds =
            cumulative.compareTo(before.claimed()) >= 0
                && cumulative.compareTo(before.deposit().plus(before.topUps())) <= 0;
        assertThat(done).as("I4 %s", what).isEqualTo((open || closing) && sound && bounds);
      }
      default -> {}
    }
  }

  /** Every invariant, from what the chain shows now. */
  void check() {
    follow();
    Map<Address, BigInteger> flow = new HashMap<>();
    Map<AgreementId, Folded> folded = new HashMap<>();
    BigInteger pot = ZERO;
    Amount listingFee = market.chain.info().parameters().listingFee();
    for (LedgerEntry entry : held) {
      switch (entry.event()) {
        case LedgerEvent.Advertised e -> {
          add(flow, e.listing().id().seller(), listingFee.baseUnits().negate());
          pot = pot.add(listingFee.baseUnits());
        }
        case LedgerEvent.Withdrawn e -> {}
        case LedgerEvent.VaultChanged e -> {}
        case LedgerEvent.Transferred e -> {
          add(flow, e.from(), e.amount().baseUnits().negate());
          add(flow, e.to(), e.amount().baseUnits());
        }
        case LedgerEvent.OfAgreement e -> {
          Folded f = folded.computeIfAbsent(e.id(), x -> new Folded(agreements.get(x)));
          f.fold(e, entry.time(), flow);
          if (e instanceof LedgerEvent.Closed c) {
            pot = pot.add(c.fee().baseUnits());
            paidForAReason(c, f);
          }
        }
      }
    }
    agreements.forEach((id, a) -> compare(id, folded.getOrDefault(id, new Folded(a))));
    Audit audit = market.chain.audit();
    assertThat(audit).as("I1").matches(Audit::isExact);
    assertThat(audit.supply())
        .as("I10")
        .isEqualTo(Edg.of(String.valueOf(1000 * market.keys.size())));
    assertThat(audit.pot().baseUnits()).as("I6 pot").isEqualTo(pot);
    market.keys.forEach(
        (name, key) ->
            assertThat(market.balance(name).plus(market.vault(name)).baseUnits())
                .as("I6 %s", name)
                .isEqualTo(Edg.of("1000").baseUnits().add(flow.getOrDefault(key.address(), ZERO))));
  }

  private void follow() {
    while (true) {
      var page = market.any().awaitEvents(cursor, 1000, Duration.ZERO);
      if (page.entries().isEmpty()) {
        return;
      }
      for (LedgerEntry e : page.entries()) {
        if (e.retracted()) {
          LedgerEntry last = held.removeLast();
          assertThat(last.blockHash()).as("retracted in order").isEqualTo(e.blockHash());
          assertThat(last.index()).isEqualTo(e.index());
        } else {
          held.add(e);
        }
      }
      cursor = page.next();
    }
  }

  private void paidForAReason(LedgerEvent.Closed c, Folded f) {
    BigInteger signed = revealed.getOrDefault(c.id(), ZERO);
    BigInteger paid = c.paid().baseUnits();
    assertThat(paid.compareTo(signed) <= 0 || settled.getOrDefault(c.id(), Set.of()).contains(paid))
        .as("I4 paid %s, signed %s, settled %s", paid, signed, settled.get(c.id()))
        .isTrue();
    assertThat(f.status).isEqualTo(AgreementStatus.CLOSED);
  }

  private void compare(AgreementId id, Folded f) {
    AgreementRecord r = market.record(f.agreement);
    assertThat(r.status()).as("status of %s", id).isEqualTo(f.status);
    assertThat(r.topUps().baseUnits()).as("topUps").isEqualTo(f.topUps);
    assertThat(r.claimed().baseUnits()).as("I3 claimed").isEqualTo(f.claimed);
    assertThat(f.claimed).as("I4 claimed").isLessThanOrEqualTo(revealed.getOrDefault(id, ZERO));
    if (f.status == AgreementStatus.CLOSING) {
      assertThat(r.deadline()).as("I7 deadline").contains(f.deadline);
    }
    if (f.status == AgreementStatus.CLOSED) {
      Agreement a = f.agreement;
      assertThat(r.paid().plus(r.refunded()).plus(r.feePaid()))
          .as("I2")
          .isEqualTo(a.total().plus(r.topUps()));
      assertThat(r.feePaid()).as("I9").isEqualTo(a.fee().min(r.paid()));
      assertThat(r.paid()).as("I3").isGreaterThanOrEqualTo(r.claimed());
    }
  }

  private static void add(Map<Address, BigInteger> flow, Address who, BigInteger amount) {
    flow.merge(who, amount, BigInteger::add);
  }

  /** One agreement as its events tell it. */
  private static final class Folded {
    final Agreement agreement;
    AgreementStatus status = AgreementStatus.NONE;
    BigInteger topUps = ZERO;
    BigInteger claimed = ZERO;
    BigInteger funded = ZERO;
    Instant deadline = Instant.EPOCH;

    Folded(Agreement agreement) {
      this.agreement = agreement;
    }

    void fold(LedgerEvent.OfAgreement event, Instant at, Map<Address, BigInteger> flow) {
      assertThat(status)
          .as("I5 %s after the end", event)
          .isNotIn(AgreementStatus.CLOSED, AgreementStatus.LAPSED);
      BigInteger fee = agreement.fee().baseUnits();
      BigInteger deposit = agreement.deposit().baseUnits();
      switch (event) {
        case LedgerEvent.OfferRecorded e ->
            to(
                AgreementStatus.OFFER_RECORDED,
                AgreementStatus.NONE,
                AgreementStatus.OFFER_RECORDED);
        case LedgerEvent.OfferAccepted e -> {
          to(AgreementStatus.ACCEPTED, AgreementStatus.OFFER_RECORDED);
          assertThat(at).as("I9 %s", e).isBeforeOrEqualTo(agreement.openBy());
        }
        case LedgerEvent.FeeDeposited e -> {
          to(AgreementStatus.FEE_HELD, AgreementStatus.ACCEPTED);
          add(flow, agreement.buyer(), fee.negate());
          funded = fee;
        }
        case LedgerEvent.FeeReclaimed e -> {
          to(AgreementStatus.LAPSED, AgreementStatus.FEE_HELD);
          add(flow, agreement.buyer(), fee);
        }
        case LedgerEvent.Cancelled e ->
            to(
                AgreementStatus.LAPSED,
                AgreementStatus.NONE,
                AgreementStatus.OFFER_RECORDED,
                AgreementStatus.ACCEPTED);
        case LedgerEvent.Opened e -> {
          to(
              AgreementStatus.OPEN,
              AgreementStatus.NONE,
              AgreementStatus.OFFER_RECORDED,
              AgreementStatus.FEE_HELD);
          assertThat(at).as("I9 %s", e).isBeforeOrEqualTo(agreement.openBy());
          assertThat(e.agreement()).isEqualTo(agreement);
          add(flow, agreement.buyer(), deposit.add(fee).subtract(funded).negate());
        }
        case LedgerEvent.ToppedUp e -> {
          to(AgreementStatus.OPEN, AgreementStatus.OPEN);
          topUps = topUps.add(e.amount().baseUnits());
          add(flow, e.from(), e.amount().baseUnits().negate());
        }
        case LedgerEvent.Claimed e -> {
          to(status, AgreementStatus.OPEN, AgreementStatus.CLOSING);
          claimed = claimed.add(e.amount().baseUnits());
          assertThat(claimed).as("I3 %s", e).isLessThanOrEqualTo(deposit.add(topUps));
          add(flow, agreement.seller(), e.amount().baseUnits());
        }
        case LedgerEvent.CloseRequested e -> {
          to(AgreementStatus.CLOSING, AgreementStatus.OPEN);
          Instant fromNow = at.plus(agreement.challenge());
          Instant latest = agreement.expiry().plus(agreement.challenge());
          deadline = fromNow.isBefore(latest) ? fromNow : latest;
          assertThat(e.deadline()).as("I7 %s", e).isEqualTo(deadline);
        }
        case LedgerEvent.TerminationStated e ->
            to(status, AgreementStatus.OPEN, AgreementStatus.CLOSING);
        case LedgerEvent.Closed e -> {
          to(AgreementStatus.CLOSED, AgreementStatus.OPEN, AgreementStatus.CLOSING);
          assertThat(e.buyer()).as("I8").isEqualTo(agreement.buyer());
          assertThat(e.seller()).as("I8").isEqualTo(agreement.seller());
          add(flow, agreement.seller(), e.paid().baseUnits().subtract(claimed));
          add(flow, agreement.buyer(), e.refunded().baseUnits());
        }
      }
    }

    private void to(AgreementStatus next, AgreementStatus... from) {
      assertThat(status).as("I5 before %s", next).isIn((Object[]) from);
      status = next;
    }
  }
}
