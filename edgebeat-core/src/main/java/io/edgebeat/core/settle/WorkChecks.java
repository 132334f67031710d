package io.edgebeat.core.settle;

import static io.edgebeat.core.settle.AgreementChecks.problem;
import static io.edgebeat.core.settle.PaymentChecks.first;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.Proof;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Task orders, receipts, what was used and how tasks ended. */
final class WorkChecks {
  private WorkChecks() {}

  static void run(ProofView view, Findings findings) {
    Proof p = view.proof();
    findings.check(
        "order-signatures",
        "each of " + p.orders().size() + " task orders is signed by the voucher key",
        () ->
            first(
                p.orders(),
                o ->
                    view.unsigned(
                        "the order of task " + o.message().taskNo(),
                        p.agreement().voucherKey(),
                        o.message(),
                        o.signature())));
    findings.check(
        "orders", "the tasks are numbered upwards, and what the terms allow", () -> orders(p));
    findings.check(
        "receipt-signatures",
        "each of " + p.receipts().size() + " receipts is signed by the receipt key of the terms",
        () ->
            first(
                p.receipts(),
                r ->
                    view.unsigned(
                        "receipt " + r.message().sequence(),
                        p.terms().receiptKey(),
                        r.message(),
                        r.signature())));
    findings.check(
        "receipts",
        "receipts are numbered upwards, and none is over more than was paid",
        () -> receipts(view));
    usage(p, findings);
    findings.check(
        "results",
        "the results are those that the receipts name",
        () -> first(p.outcomes(), o -> result(p, o)));
    for (PeerMessage.TaskEnded ended : p.outcomes()) {
      if (ended.outcome().output().isPresent() && named(p, ended).isEmpty()) {
        findings.unknown(
            "result-of-" + ended.taskNo(),
            "a receipt names the result of task " + ended.taskNo(),
            "no receipt in the proof does");
      }
    }
    findings.check(
        "outcomes", "every task that ended was ordered", () -> first(p.outcomes(), o -> of(p, o)));
  }

  private static Optional<String> orders(Proof p) {
    Terms terms = p.terms();
    int before = 0;
    for (Signed<TaskOrder> signed : p.orders()) {
      TaskOrder order = signed.message();
      if (order.taskNo() <= before || order.taskNo() > terms.maxTasks()) {
        return Optional.of(
            "task " + order.taskNo() + " after task " + before + " of " + terms.maxTasks());
      }
      if (!order.workload().type().equals(terms.workloadType())) {
        return Optional.of(
            "task "
                + order.taskNo()
                + " is of type "
                + order.workload().type()
                + ", the terms say "
                + terms.workloadType());
      }
      if (terms.image().filter(i -> !i.equals(order.workload().image())).isPresent()) {
        return Optional.of(
            "task " + order.taskNo() + " runs another image, " + order.workload().image());
      }
      before = order.taskNo();
    }
    return Optional.empty();
  }

  private static Optional<String> receipts(ProofView view) {
    Amount paid = view.paid();
    long before = 0;
    for (Signed<Receipt> signed : view.proof().receipts()) {
      Receipt receipt = signed.message();
      if (receipt.sequence() <= before) {
        return Optional.of("receipt " + receipt.sequence() + " comes after receipt " + before);
      }
      if (receipt.cumulative().compareTo(paid) > 0) {
        return Optional.of(
            "receipt "
                + receipt.sequence()
                + " is over "
                + receipt.cumulative()
                + ", only "
                + paid
                + " was paid");
      }
      before = receipt.sequence();
    }
    return Optional.empty();
  }

  private static void usage(Proof p, Findings findings) {
    Set<Bytes32> hashes = new HashSet<>();
    for (PeerMessage.UsageReport report : p.reports()) {
      hashes.add(hash(report));
    }
    String what = "the receipts vouch for the usage that was reported";
    if (p.restored()) {
      findings.unknown("usage", what, "the journal was restored from a backup, and lacks reports");
      return;
    }
    findings.check(
        "usage",
        what,
        () ->
            first(
                p.receipts(),
                r ->
                    problem(
                        !r.message().usageHash().isZero()
                            && !hashes.contains(r.message().usageHash()),
                        "receipt "
                            + r.message().sequence()
                            + " vouches for usage "
                            + r.message().usageHash()
                            + ", which no report has")));
  }

  static Bytes32 hash(PeerMessage.UsageReport report) {
    return Documents.usageHash(report.taskNo(), report.units(), report.usage());
  }

  private static Optional<String> result(Proof p, PeerMessage.TaskEnded ended) {
    Bytes32 output = ended.outcome().output().map(ContentId::hash).orElse(Bytes32.ZERO);
    return named(p, ended)
        .flatMap(
            hash ->
                problem(
                    !hash.equals(output),
                    "task "
                        + ended.taskNo()
                        + " ended with result "
                        + output
                        + ", the receipt names "
                        + hash));
  }

  /** The result that the receipts of a task name. */
  private static Optional<Bytes32> named(Proof p, PeerMessage.TaskEnded ended) {
    return p.receipts().stream()
        .map(Signed::message)
        .filter(r -> r.taskNo() == ended.taskNo() && !r.resultHash().isZero())
        .map(Receipt::resultHash)
        .reduce((a, b) -> b);
  }

  private static Optional<String> of(Proof p, PeerMessage.TaskEnded ended) {
    return problem(
        p.orders().stream().noneMatch(o -> o.message().taskNo() == ended.taskNo()),
        "task " + ended.taskNo() + " ended, and was never ordered");
  }
}
