package io.edgebeat.core.settle;

import static io.edgebeat.core.settle.AgreementChecks.problem;
import static io.edgebeat.core.settle.PaymentChecks.first;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.core.document.Proof;
import java.time.Instant;
import java.util.Optional;

/**
 * What the ledger has told: it must fit what was signed. That it has told so, a ledger must say.
 */
final class LedgerChecks {
  private LedgerChecks() {}

  static void run(ProofView view, Findings findings) {
    Proof p = view.proof();
    findings.check(
        "ledger-agreement",
        "the ledger has opened this agreement and no other, and before anything was done with it",
        () -> first(p.ledger(), e -> opened(p.agreement(), e)).or(() -> early(p)));
    findings.check(
        "ledger-amounts",
        "each amount that the ledger has told follows from the one before",
        () -> amounts(view));
    findings.check(
        "ledger-claims",
        "no more was claimed on the ledger than was revealed",
        () ->
            problem(
                !p.restored() && view.claimed().compareTo(view.paid()) > 0,
                "claimed is " + view.claimed() + ", revealed " + view.paid()));
    findings.check(
        "ledger-parties",
        "nobody but buyer and seller has ended it",
        () -> first(p.ledger(), e -> stranger(p.agreement(), e)));
    findings.check(
        "ledger-deadline",
        "the challenge is as long as agreed",
        () -> first(p.ledger(), e -> deadline(p.agreement(), e)));
    if (view.closed().isPresent()) {
      LedgerEvent.Closed closed = view.closed().get();
      findings.check(
          "ledger-sums",
          "what the ledger has paid, refunded and kept as fee is what was put in",
          () -> sums(view, closed));
      findings.check(
          "ledger-settlement",
          "the ledger has closed it as settled, or with what was revealed",
          () -> settled(view, closed));
    } else {
      findings.unknown(
          "ledger-settlement", "the ledger has closed it", "it has not told so in the proof");
    }
    for (LedgerEntry entry : p.ledger()) {
      findings.unknown(
          "ledger-place",
          "the ledger has told "
              + entry.event().getClass().getSimpleName()
              + " at "
              + entry.time()
              + " ("
              + entry.finality()
              + ")",
          "look it up: block "
              + entry.block()
              + ", hash "
              + entry.blockHash()
              + ", event "
              + entry.index());
    }
  }

  private static Optional<String> opened(Agreement agreement, LedgerEntry entry) {
    Agreement told =
        switch (entry.event()) {
          case LedgerEvent.Opened e -> e.agreement();
          case LedgerEvent.OfferAccepted e -> e.agreement();
          default -> agreement;
        };
    return problem(!told.equals(agreement), "the ledger has told of " + told);
  }

  /** What only an open channel can do. */
  private static Optional<String> early(Proof p) {
    boolean open = false;
    for (LedgerEntry entry : p.ledger()) {
      open |= entry.event() instanceof LedgerEvent.Opened;
      boolean needsOpen =
          switch (entry.event()) {
            case LedgerEvent.ToppedUp e -> true;
            case LedgerEvent.Claimed e -> true;
            case LedgerEvent.CloseRequested e -> true;
            case LedgerEvent.TerminationStated e -> true;
            case LedgerEvent.Closed e -> true;
            default -> false;
          };
      if (needsOpen && !open) {
        return Optional.of(
            entry.event().getClass().getSimpleName() + " was told before Opened was");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> amounts(ProofView view) {
    Agreement a = view.proof().agreement();
    Amount topUps = ProofView.NOTHING;
    Amount claimed = ProofView.NOTHING;
    for (LedgerEntry entry : view.proof().ledger()) {
      Optional<String> problem = Optional.empty();
      switch (entry.event()) {
        case LedgerEvent.FeeDeposited e ->
            problem = problem(!e.fee().equals(a.fee()), "a fee of " + e.fee() + " was deposited");
        case LedgerEvent.FeeReclaimed e ->
            problem = problem(!e.fee().equals(a.fee()), "a fee of " + e.fee() + " was reclaimed");
        case LedgerEvent.ToppedUp e -> {
          topUps = topUps.plus(e.amount());
          problem =
              problem(!topUps.equals(e.topUps()), "top-ups are " + e.topUps() + ", not " + topUps);
        }
        case LedgerEvent.Claimed e -> {
          claimed = claimed.plus(e.amount());
          problem =
              problem(
                  !claimed.equals(e.claimed()), "claimed is " + e.claimed() + ", not " + claimed);
        }
        default -> {}
      }
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> stranger(Agreement a, LedgerEntry entry) {
    Optional<Address> by =
        switch (entry.event()) {
          case LedgerEvent.Cancelled e -> Optional.of(e.by());
          case LedgerEvent.TerminationStated e -> Optional.of(e.party());
          default -> Optional.empty();
        };
    return by.filter(who -> !who.equals(a.buyer()) && !who.equals(a.seller()))
        .map(who -> who + " is neither buyer nor seller");
  }

  private static Optional<String> deadline(Agreement a, LedgerEntry entry) {
    if (!(entry.event() instanceof LedgerEvent.CloseRequested e)) {
      return Optional.empty();
    }
    Instant fromNow = entry.time().plus(a.challenge());
    Instant latest = a.expiry().plus(a.challenge());
    Instant expected = fromNow.isBefore(latest) ? fromNow : latest;
    return problem(
        !e.deadline().equals(expected), "the deadline is " + e.deadline() + ", not " + expected);
  }

  private static Optional<String> sums(ProofView view, LedgerEvent.Closed closed) {
    Agreement a = view.proof().agreement();
    Amount in = view.funds().plus(a.fee());
    Amount out = closed.paid().plus(closed.refunded()).plus(closed.fee());
    return problem(
            !closed.buyer().equals(a.buyer()) || !closed.seller().equals(a.seller()),
            "it was closed between " + closed.buyer() + " and " + closed.seller())
        .or(() -> problem(!in.equals(out), in + " was put in, " + out + " given out"))
        .or(
            () ->
                problem(
                    !closed.fee().equals(a.fee().min(closed.paid())),
                    "the fee is " + closed.fee() + ", due is " + a.fee().min(closed.paid())));
  }

  private static Optional<String> settled(ProofView view, LedgerEvent.Closed closed) {
    Proof p = view.proof();
    Optional<Settlement> agreed = p.settlement().map(Signed::message);
    for (LedgerEvent.TerminationStated e : view.events(LedgerEvent.TerminationStated.class)) {
      if (agreed.isPresent()
          && (!e.cumulative().equals(agreed.get().cumulative())
              || !e.invoiceHash().equals(agreed.get().invoiceHash()))) {
        return Optional.of(
            e.party() + " has stated " + e.cumulative() + " with invoice " + e.invoiceHash());
      }
    }
    if (closed.invoiceHash().isZero()) {
      return problem(
              !p.restored() && closed.paid().compareTo(view.paid()) > 0,
              "paid is " + closed.paid() + ", revealed only " + view.paid())
          .or(
              () ->
                  problem(
                      !closed.paid().equals(view.claimed()),
                      "paid is " + closed.paid() + ", claimed was " + view.claimed()));
    }
    // A journal that was restored may have lost the settlement; any other has it.
    return problem(
        !(p.restored() && agreed.isEmpty())
            && agreed
                .filter(
                    s ->
                        s.invoiceHash().equals(closed.invoiceHash())
                            && s.cumulative().equals(closed.paid()))
                .isEmpty(),
        "closed was "
            + closed.paid()
            + " with invoice "
            + closed.invoiceHash()
            + ", settled "
            + agreed.map(s -> s.cumulative() + " with " + s.invoiceHash()).orElse("nothing"));
  }
}
