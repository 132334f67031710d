package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.core.agreement.ChannelState;
import io.edgebeat.core.agreement.MoneyRules;
import io.edgebeat.core.agreement.Movement;
import io.edgebeat.core.agreement.Verdict;
import io.edgebeat.core.agreement.Verdict.Done;
import io.edgebeat.core.agreement.Verdict.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Mistakes in the money rules, each of which the oracle has to find. */
final class Mutants {
  private Mutants() {}

  /** What the true rules were asked and have answered. */
  private record Asked(
      ChannelState before,
      LedgerCommand command,
      Agreement agreement,
      Address sender,
      Instant now,
      Verdict verdict) {
    Done done() {
      return (Done) verdict;
    }

    boolean isDone() {
      return verdict instanceof Done;
    }

    boolean refusedFor(ErrorCode code) {
      return verdict instanceof Refused r && r.code() == code;
    }

    boolean closes() {
      return verdict instanceof Done d && d.state().status() == AgreementStatus.CLOSED;
    }

    boolean funded() {
      return before.status() == AgreementStatus.OPEN || before.status() == AgreementStatus.CLOSING;
    }
  }

  private static UnaryOperator<Rules> tampered(UnaryOperator<Asked> how) {
    return rules ->
        (state, command, sender, now, paused) -> {
          Verdict verdict = rules.decide(state, command, sender, now, paused);
          Agreement a = MoneyRules.agreementOf(command);
          return a == null
              ? verdict
              : how.apply(new Asked(state, command, a, sender, now, verdict)).verdict;
        };
  }

  private static Asked with(Asked asked, Verdict verdict) {
    return new Asked(
        asked.before, asked.command, asked.agreement, asked.sender, asked.now, verdict);
  }

  static Map<String, UnaryOperator<Rules>> all() {
    Map<String, UnaryOperator<Rules>> all = new TreeMap<>();

    all.put(
        "the whole fee on any payment",
        tampered(
            x -> {
              if (!x.closes() || x.done().state().paid().isZero()) {
                return x;
              }
              ChannelState s = x.done().state();
              return close(x, s.paid(), x.before.feeHeld());
            }));

    all.put(
        "settle below claimed",
        tampered(
            x ->
                x.command instanceof LedgerCommand.Settle s
                        && x.funded()
                        && x.refusedFor(ErrorCode.BAD_AMOUNT)
                        && s.settlement().cumulative().compareTo(x.before.claimed()) < 0
                    ? close(x, s.settlement().cumulative(), Edg.units(0))
                    : x));

    all.put(
        "a claim extends the deadline",
        tampered(
            x ->
                x.command instanceof LedgerCommand.Claim
                        && x.isDone()
                        && x.before.status() == AgreementStatus.CLOSING
                    ? with(
                        x,
                        new Done(
                            deadline(
                                x.done().state(),
                                x.before.deadline().orElseThrow().plusSeconds(60)),
                            x.done().movements(),
                            x.done().events()))
                    : x));

    all.put(
        "the slot is cleared at the end",
        tampered(
            x ->
                x.closes()
                    ? with(x, new Done(ChannelState.NONE, x.done().movements(), x.done().events()))
                    : x));

    all.put(
        "a second requestClose moves the deadline",
        tampered(
            x ->
                x.command instanceof LedgerCommand.RequestClose
                        && x.before.status() == AgreementStatus.CLOSING
                        && x.sender.equals(x.agreement.buyer())
                    ? with(
                        x,
                        new Done(
                            deadline(x.before, x.now.plus(x.agreement.challenge())),
                            List.of(),
                            List.of(new LedgerEvent.CloseRequested(id(x), x.now))))
                    : x));

    all.put(
        "a claim above the channel is refused",
        tampered(
            x ->
                x.command instanceof LedgerCommand.Claim c
                        && x.isDone()
                        && c.claim().voucher().message().cumulative().compareTo(x.before.total())
                            > 0
                    ? with(x, new Refused(ErrorCode.BAD_AMOUNT, "too high"))
                    : x));

    all.put(
        "a claim pays more than the channel holds",
        tampered(
            x -> {
              if (!(x.command instanceof LedgerCommand.Claim c) || !x.isDone()) {
                return x;
              }
              Amount value = c.claim().value();
              if (value.compareTo(x.before.total()) <= 0 || value.compareTo(Edg.of("100")) > 0) {
                return x;
              }
              // The rest comes out of somebody else's vault.
              Amount more = value.minus(x.before.total());
              List<Movement> moves = new ArrayList<>(x.done().movements());
              moves.add(new Movement(Movement.Kind.TO_WALLET, x.agreement.seller(), more));
              return with(x, new Done(x.done().state(), moves, x.done().events()));
            }));

    all.put(
        "anybody finalizes before the deadline",
        tampered(
            x ->
                x.command instanceof LedgerCommand.Finalize && x.refusedFor(ErrorCode.BAD_TIME)
                    ? close(x, x.before.claimed(), x.before.feeHeld().min(x.before.claimed()))
                    : x));

    all.put(
        "the refund goes to who finalizes",
        tampered(
            x -> {
              if (!(x.command instanceof LedgerCommand.Finalize) || !x.isDone()) {
                return x;
              }
              List<Movement> moves = new ArrayList<>();
              for (Movement m : x.done().movements()) {
                moves.add(
                    m.account().equals(x.agreement.buyer())
                        ? new Movement(Movement.Kind.TO_WALLET, x.sender, m.amount())
                        : m);
              }
              return with(x, new Done(x.done().state(), moves, x.done().events()));
            }));

    all.put(
        "anybody releases",
        tampered(
            x ->
                x.command instanceof LedgerCommand.Release
                        && x.funded()
                        && x.refusedFor(ErrorCode.NOT_ALLOWED)
                    ? close(x, x.before.claimed(), x.before.feeHeld().min(x.before.claimed()))
                    : x));

    all.put(
        "vouchers of any key are paid",
        tampered(
            x ->
                x.command instanceof LedgerCommand.Claim c
                        && x.funded()
                        && x.refusedFor(ErrorCode.BAD_SIGNATURE)
                    ? claim(x, c)
                    : x));

    all.put(
        "no claim during the challenge",
        tampered(
            x ->
                x.command instanceof LedgerCommand.Claim
                        && x.isDone()
                        && x.before.status() == AgreementStatus.CLOSING
                    ? with(x, new Refused(ErrorCode.WRONG_STATE, "closing"))
                    : x));

    all.put(
        "a top-up is not refunded",
        tampered(
            x -> {
              if (!x.closes() || x.before.topUps().isZero()) {
                return x;
              }
              ChannelState s = x.done().state();
              return s.refunded().compareTo(x.before.topUps()) < 0
                  ? x
                  : with(
                      x,
                      new Done(
                          s,
                          x.done().movements().stream()
                              .map(
                                  m ->
                                      m.account().equals(x.agreement.buyer())
                                              && m.amount().compareTo(x.before.topUps()) > 0
                                          ? new Movement(
                                              m.kind(),
                                              m.account(),
                                              m.amount().minus(x.before.topUps()))
                                          : m)
                              .toList(),
                          x.done().events()));
            }));

    all.put(
        "the fee is lost when a channel lapses",
        tampered(
            x ->
                x.command instanceof LedgerCommand.ReclaimFee && x.isDone()
                    ? with(x, new Done(x.done().state(), List.of(), x.done().events()))
                    : x));

    all.put(
        "opened after openBy",
        tampered(
            x ->
                x.command instanceof LedgerCommand.FundChannel && x.refusedFor(ErrorCode.EXPIRED)
                    ? with(
                        x,
                        new Done(
                            state(x.before, AgreementStatus.OPEN, x.agreement.deposit()),
                            List.of(
                                new Movement(
                                    Movement.Kind.FROM_WALLET,
                                    x.agreement.buyer(),
                                    x.agreement.deposit())),
                            List.of(new LedgerEvent.Opened(id(x), x.agreement))))
                    : x));
    return all;
  }

  private static AgreementId id(Asked x) {
    return x.agreement.id(Fuzz.DOMAIN);
  }

  private static ChannelState deadline(ChannelState s, Instant deadline) {
    return new ChannelState(
        s.status(),
        s.deposit(),
        s.topUps(),
        s.claimed(),
        s.feeHeld(),
        Optional.of(deadline),
        s.recordedBy(),
        s.buyerStatement(),
        s.sellerStatement(),
        s.paid(),
        s.refunded(),
        s.feePaid());
  }

  private static ChannelState state(ChannelState s, AgreementStatus status, Amount deposit) {
    return new ChannelState(
        status,
        deposit,
        s.topUps(),
        s.claimed(),
        s.feeHeld(),
        s.deadline(),
        s.recordedBy(),
        s.buyerStatement(),
        s.sellerStatement(),
        s.paid(),
        s.refunded(),
        s.feePaid());
  }

  private static Asked claim(Asked x, LedgerCommand.Claim c) {
    Amount amount = MoneyRules.payable(x.before, c.claim());
    ChannelState s = x.before;
    ChannelState next =
        new ChannelState(
            s.status(),
            s.deposit(),
            s.topUps(),
            s.claimed().plus(amount),
            s.feeHeld(),
            s.deadline(),
            s.recordedBy(),
            s.buyerStatement(),
            s.sellerStatement(),
            s.paid(),
            s.refunded(),
            s.feePaid());
    return with(
        x,
        new Done(
            next,
            amount.isZero()
                ? List.of()
                : List.of(new Movement(Movement.Kind.TO_WALLET, x.agreement.seller(), amount)),
            List.of(new LedgerEvent.Claimed(id(x), amount, next.claimed()))));
  }

  /** An end that conserves tokens where it can, with this payment and this fee. */
  private static Asked close(Asked x, Amount paid, Amount fee) {
    ChannelState s = x.before;
    List<Movement> moves = new ArrayList<>();
    Amount all = s.total().plus(s.feeHeld());
    Amount refund = all.minus(paid.plus(fee).min(all));
    if (paid.compareTo(s.claimed()) > 0) {
      moves.add(
          new Movement(Movement.Kind.TO_WALLET, x.agreement.seller(), paid.minus(s.claimed())));
    }
    if (!refund.isZero()) {
      moves.add(
          new Movement(
              x.agreement.funding() == Agreement.Funding.VAULT
                  ? Movement.Kind.TO_VAULT
                  : Movement.Kind.TO_WALLET,
              x.agreement.buyer(),
              refund));
    }
    if (!fee.isZero()) {
      moves.add(new Movement(Movement.Kind.TO_POT, x.agreement.seller(), fee));
    }
    ChannelState next =
        new ChannelState(
            AgreementStatus.CLOSED,
            s.deposit(),
            s.topUps(),
            s.claimed(),
            Edg.units(0),
            s.deadline(),
            s.recordedBy(),
            s.buyerStatement(),
            s.sellerStatement(),
            paid,
            refund,
            fee);
    return with(
        x,
        new Done(
            next,
            moves,
            List.of(
                new LedgerEvent.Closed(
                    id(x),
                    x.agreement.buyer(),
                    x.agreement.seller(),
                    paid,
                    refund,
                    fee,
                    Bytes32.ZERO))));
  }
}
