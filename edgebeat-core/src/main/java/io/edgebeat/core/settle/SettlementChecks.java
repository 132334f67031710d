package io.edgebeat.core.settle;

import static io.edgebeat.core.settle.AgreementChecks.problem;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.Proof;
import java.util.ArrayList;
import java.util.List;

/** The settlement and its invoice. */
final class SettlementChecks {
  private SettlementChecks() {}

  static void run(ProofView view, Findings findings) {
    Proof p = view.proof();
    if (p.settlement().isPresent()) {
      Signed<Settlement> signed = p.settlement().get();
      findings.check(
          "settlement-signature",
          "the settlement is signed by the buyer or the voucher key",
          () ->
              view.unsigned(
                      "the settlement",
                      p.agreement().voucherKey(),
                      signed.message(),
                      signed.signature())
                  .flatMap(
                      notByKey ->
                          view.unsigned(
                              "the settlement",
                              p.agreement().buyer(),
                              signed.message(),
                              signed.signature())));
      findings.check(
          "settlement-proposal",
          "what the buyer has signed is what the seller has proposed",
          () ->
              problem(
                  p.proposed().filter(s -> !s.equals(signed.message())).isPresent(),
                  "proposed was "
                      + p.proposed().map(SettlementChecks::text).orElse("nothing")
                      + ", signed "
                      + text(signed.message())));
      settled(view, findings, signed.message());
    } else {
      findings.unknown(
          "settlement-signature",
          "buyer and seller have settled",
          p.proposed().isPresent() ? "only the seller's proposal is there" : "it is not in there");
    }
  }

  private static void settled(ProofView view, Findings findings, Settlement settlement) {
    Proof p = view.proof();
    findings.check(
        "settlement-amount",
        "settled was no less than what was claimed, and no more than what was revealed",
        () -> {
          Amount sum = settlement.cumulative();
          // One that came too late for a further claim is never carried out.
          boolean carriedOut =
              view.closed()
                  .filter(c -> c.invoiceHash().equals(settlement.invoiceHash()))
                  .isPresent();
          return problem(
              sum.compareTo(view.paid()) > 0 || (carriedOut && sum.compareTo(view.claimed()) < 0),
              "settled is " + sum + ", claimed " + view.claimed() + ", revealed " + view.paid());
        });
    if (p.invoice().isEmpty()) {
      findings.unknown(
          "invoice-hash", "the settlement is about the invoice", "the invoice is not in the proof");
      return;
    }
    Invoice invoice = p.invoice().get();
    findings.check(
        "invoice-hash",
        "the settlement is about the invoice",
        () -> {
          Bytes32 hash = Documents.invoiceHash(invoice);
          return problem(
              !hash.equals(settlement.invoiceHash()),
              "the invoice's hash is "
                  + hash
                  + ", the settlement says "
                  + settlement.invoiceHash());
        });
    findings.check(
        "invoice-sums",
        "the invoice is what agreement, terms and settlement give",
        () -> {
          Invoice computed =
              Invoices.of(
                  p.id(),
                  p.agreement(),
                  p.terms(),
                  invoice.topUps(),
                  settlement.cumulative(),
                  invoice.ticks(),
                  invoice.lines());
          return problem(!computed.equals(invoice), "computed is " + computed);
        });
    findings.check(
        "invoice-ticks",
        "the invoice counts no more ticks than were paid, and no other top-ups than the ledger's",
        () ->
            problem(
                    invoice.ticks() > view.ticks(),
                    "invoiced are " + invoice.ticks() + " ticks, paid " + view.ticks())
                .or(
                    () ->
                        problem(
                            invoice.topUps().compareTo(view.topUps()) > 0,
                            "invoiced are top-ups of "
                                + invoice.topUps()
                                + ", the ledger has told of "
                                + view.topUps())));
    tasks(p, findings, invoice);
  }

  private static void tasks(Proof p, Findings findings, Invoice invoice) {
    String what = "the invoice lists the tasks as they were ordered and ended";
    if (p.restored()) {
      findings.unknown("invoice-tasks", what, "the journal was restored from a backup");
      return;
    }
    findings.check(
        "invoice-tasks",
        what,
        () -> {
          List<Invoice.Line> lines = new ArrayList<>();
          for (PeerMessage.TaskEnded ended : p.outcomes()) {
            p.orders().stream()
                .map(Signed::message)
                .filter(o -> o.taskNo() == ended.taskNo())
                .forEach(
                    o ->
                        lines.add(
                            new Invoice.Line(
                                ended.taskNo(),
                                o.workload().image(),
                                ended.outcome().getClass().getSimpleName(),
                                ended.outcome().output(),
                                ended.usage())));
          }
          return problem(
              !lines.equals(invoice.lines()),
              "ended have " + lines + ", invoiced are " + invoice.lines());
        });
  }

  private static String text(Settlement settlement) {
    return settlement.cumulative() + " with invoice " + settlement.invoiceHash();
  }
}
