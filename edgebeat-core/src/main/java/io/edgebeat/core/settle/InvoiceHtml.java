package io.edgebeat.core.settle;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;

/**
 * Renders an invoice as one page that needs nothing else: no script, no font, no picture. What
 * strangers have said is escaped.
 */
public final class InvoiceHtml {
  private static final String STYLE =
      """
      body { font: 1rem/1.4 sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
      caption { text-align: left; font-weight: bold; }
      th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; }
      th, td { border-bottom: 1px solid; overflow-wrap: anywhere; }
      td.amount, th.amount { text-align: right; white-space: nowrap; }
      tfoot { font-weight: bold; }
      @media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
      """;

  private InvoiceHtml() {}

  /**
   * Renders an invoice.
   *
   * @param invoice the invoice
   * @return a page
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when its amounts do
   *     not add up
   */
  public static String of(Invoice invoice) {
    Amount result = Invoices.resultAmount(invoice);
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<title>Invoice of agreement ").append(invoice.agreementId());
    page.append("</title>\n<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
    page.append("<h1>Invoice</h1>\n<table>\n<caption>Parties</caption>\n<tbody>\n");
    party(page, "Agreement", invoice.agreementId());
    party(page, "Buyer", invoice.buyer());
    party(page, "Seller", invoice.seller());
    page.append("</tbody>\n</table>\n<table>\n<caption>Amounts</caption>\n<thead>\n");
    page.append("<tr><th scope=\"col\">What</th><th scope=\"col\">How</th>");
    page.append("<th scope=\"col\" class=\"amount\">Amount</th></tr>\n</thead>\n<tbody>\n");
    sum(page, "Set-up", "", invoice.setup());
    sum(
        page,
        "Ticks",
        invoice.ticks() + " x " + invoice.tickAmount(),
        invoice.tickAmount().times(invoice.ticks()));
    if (!result.isZero()) {
      sum(page, "Result", "", result);
    }
    sum(page, "Paid to the seller", "", invoice.paid());
    sum(page, "Platform fee", "of " + invoice.feeEscrowed() + " escrowed", invoice.fee());
    sum(page, "Refunded to the buyer", "", invoice.refunded());
    page.append("</tbody>\n<tfoot>\n");
    sum(
        page,
        "Total",
        "deposit " + invoice.deposit() + " + top-ups " + invoice.topUps() + " + fee",
        invoice.deposit().plus(invoice.topUps()).plus(invoice.feeEscrowed()));
    page.append("</tfoot>\n</table>\n");
    if (!invoice.lines().isEmpty()) {
      tasks(page, invoice);
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static void tasks(StringBuilder page, Invoice invoice) {
    page.append("<table>\n<caption>Tasks</caption>\n<thead>\n<tr>");
    for (String column : new String[] {"Task", "Outcome", "Image", "Result", "Usage"}) {
      page.append("<th scope=\"col\">").append(column).append("</th>");
    }
    page.append("</tr>\n</thead>\n<tbody>\n");
    for (Invoice.Line line : invoice.lines()) {
      page.append("<tr><th scope=\"row\">").append(line.taskNo()).append("</th>");
      cell(page, line.outcome());
      cell(page, line.image().toString());
      cell(page, line.result().map(ContentId::toString).orElse("none"));
      cell(page, Words.of(line.usage()));
      page.append("</tr>\n");
    }
    page.append("</tbody>\n</table>\n");
  }

  private static void party(StringBuilder page, String role, Object who) {
    page.append("<tr><th scope=\"row\">").append(role).append("</th>");
    cell(page, who.toString());
    page.append("</tr>\n");
  }

  private static void sum(StringBuilder page, String what, String how, Amount amount) {
    page.append("<tr><th scope=\"row\">").append(what).append("</th>");
    cell(page, how);
    page.append("<td class=\"amount\">").append(escaped(amount.toString())).append("</td></tr>\n");
  }

  private static void cell(StringBuilder page, String words) {
    page.append("<td>").append(escaped(words)).append("</td>");
  }

  /** As in the text of an invoice: ASCII only, so that no direction or look-alike deceives. */
  private static String escaped(String words) {
    return Words.plain(words)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
