package io.edgebeat.core.settle;

import static io.edgebeat.core.settle.AgreementChecks.problem;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.document.Proof;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Vouchers, ticks, acknowledgements, and what either side has risked. */
final class PaymentChecks {
  private PaymentChecks() {}

  static void run(ProofView view, Findings findings) {
    Proof p = view.proof();
    int count = p.vouchers().size();
    findings.check(
        "voucher-signatures",
        "each of " + count + " vouchers is signed by the voucher key",
        () ->
            first(
                p.vouchers(),
                c ->
                    view.unsigned(
                        name(c),
                        p.agreement().voucherKey(),
                        c.voucher().message(),
                        c.voucher().signature())));
    findings.check(
        "voucher-order",
        "vouchers are numbered upwards, and none is worth less than what was revealed before it",
        () -> order(p));
    if (gap(p)) {
      findings.unknown(
          "voucher-gaps", "no voucher is missing", "not every number from 1 on is there");
    }
    findings.check(
        "voucher-price",
        "a tick costs " + p.terms().price().perTick() + ", as in the terms",
        () ->
            first(
                p.vouchers(),
                c ->
                    problem(
                        c.voucher().message().tickCount() > 0
                            && !c.voucher()
                                .message()
                                .tickAmount()
                                .equals(p.terms().price().perTick()),
                        name(c) + " says " + c.voucher().message().tickAmount())));
    findings.check(
        "ticks",
        "each of "
            + view.ticks()
            + " ticks is paid: the preimages hash up to the vouchers' anchors",
        () ->
            first(
                p.vouchers(),
                c ->
                    problem(
                        !c.preimageFits(),
                        c.preimage() + " is not tick " + c.ticks() + " of " + name(c))));
    findings.check(
        "voucher-limit",
        "no voucher can grow beyond the deposit and the top-ups",
        () -> {
          Amount funds = view.funds();
          return first(
              p.vouchers(),
              c -> {
                Voucher v = c.voucher().message();
                Amount most = v.value(v.tickCount());
                return problem(
                    most.compareTo(funds) > 0,
                    name(c) + " can grow to " + most + ", the channel holds " + funds);
              });
        });
    acknowledged(view, findings);
  }

  private static void acknowledged(ProofView view, Findings findings) {
    Proof p = view.proof();
    Terms terms = p.terms();
    long delivered = p.acknowledged().map(PeerMessage.Ack::delivered).orElse(0L);
    String what = "the seller has acknowledged " + delivered + " ticks";
    String risk =
        "at most "
            + terms.window()
            + " ticks were paid before they were delivered, and "
            + terms.maxUnpaidTicks()
            + " delivered before they were paid";
    if (p.restored()) {
      String why = "the journal was restored from a backup, so that some of it is missing";
      findings.unknown("acknowledgement", what, why);
      findings.unknown("exposure", risk, why);
      return;
    }
    findings.check(
        "acknowledgement",
        what,
        () ->
            p.acknowledged()
                .flatMap(
                    a ->
                        problem(
                            !hashesUp(p, a),
                            a.preimage()
                                + " is not the acknowledgement of tick "
                                + a.delivered()
                                + " of any receipt's chain")));
    findings.check(
        "exposure",
        risk,
        () ->
            problem(
                    view.ticks() - delivered > terms.window(),
                    view.ticks() + " ticks were paid, " + delivered + " acknowledged")
                .or(
                    () ->
                        problem(
                            delivered - view.ticks() > terms.maxUnpaidTicks(),
                            delivered + " ticks acknowledged, " + view.ticks() + " paid")));
  }

  private static Optional<String> order(Proof p) {
    VoucherClaim before = null;
    for (VoucherClaim claim : p.vouchers()) {
      Voucher v = claim.voucher().message();
      if (before != null) {
        if (v.sequence() <= before.voucher().message().sequence()) {
          return Optional.of(name(claim) + " comes after " + name(before));
        }
        if (v.cumulative().compareTo(before.value()) < 0) {
          return Optional.of(
              name(claim)
                  + " begins at "
                  + v.cumulative()
                  + ", below the "
                  + before.value()
                  + " of "
                  + name(before));
        }
      }
      before = claim;
    }
    return Optional.empty();
  }

  private static boolean gap(Proof p) {
    return !p.vouchers().isEmpty()
        && p.vouchers().getLast().voucher().message().sequence() != p.vouchers().size();
  }

  /** The first anchor of the receipts belongs to the first voucher with ticks, and so on. */
  private static boolean hashesUp(Proof p, PeerMessage.Ack ack) {
    Set<Bytes32> anchors = new LinkedHashSet<>();
    for (Signed<Receipt> receipt : p.receipts()) {
      if (!receipt.message().ackAnchor().isZero()) {
        anchors.add(receipt.message().ackAnchor());
      }
    }
    List<Long> bases = new ArrayList<>();
    long ticks = 0;
    for (VoucherClaim claim : p.vouchers()) {
      if (claim.voucher().message().tickCount() > 0) {
        bases.add(ticks);
      }
      ticks += claim.ticks();
    }
    int number = 0;
    for (Bytes32 anchor : anchors) {
      if (number == bases.size()) {
        return false;
      }
      long steps = ack.delivered() - bases.get(number++);
      if (steps > 0
          && steps <= 2L * Voucher.MAX_TICKS
          && TickChain.back(p.id(), ack.preimage(), (int) steps).equals(anchor)) {
        return true;
      }
    }
    return false;
  }

  private static String name(VoucherClaim claim) {
    return "voucher " + claim.voucher().message().sequence();
  }

  /** The first problem of a list. */
  static <T> Optional<String> first(List<T> values, Function<T, Optional<String>> problem) {
    for (T value : values) {
      Optional<String> found = problem.apply(value);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
