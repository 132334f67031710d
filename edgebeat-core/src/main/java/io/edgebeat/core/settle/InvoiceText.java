package io.edgebeat.core.settle;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import java.util.ArrayList;
import java.util.List;

/** Renders an invoice for people: plain ASCII, at most a few columns. */
public final class InvoiceText {
  private InvoiceText() {}

  /**
   * Renders an invoice.
   *
   * @param invoice the invoice
   * @return lines that end with a line feed
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when its amounts do
   *     not add up
   */
  public static String of(Invoice invoice) {
    Amount result = Invoices.resultAmount(invoice);
    Amount ticks = invoice.tickAmount().times(invoice.ticks());
    Table sums = new Table();
    sums.row("set-up", "", invoice.setup());
    sums.row("ticks", invoice.ticks() + " x " + invoice.tickAmount(), ticks);
    if (!result.isZero()) {
      sums.row("result", "", result);
    }
    sums.line();
    sums.row("paid to the seller", "", invoice.paid());
    sums.row("platform fee", "of " + invoice.feeEscrowed() + " escrowed", invoice.fee());
    sums.row("refunded to the buyer", "", invoice.refunded());
    sums.line();
    sums.row(
        "total",
        "deposit " + invoice.deposit() + " + top-ups " + invoice.topUps() + " + fee",
        invoice.deposit().plus(invoice.topUps()).plus(invoice.feeEscrowed()));

    StringBuilder text =
        new StringBuilder()
            .append("INVOICE\n")
            .append("agreement  ")
            .append(invoice.agreementId())
            .append("\nbuyer      ")
            .append(invoice.buyer())
            .append("\nseller     ")
            .append(invoice.seller())
            .append("\n\n");
    sums.appendTo(text);
    for (Invoice.Line line : invoice.lines()) {
      text.append("\ntask ")
          .append(line.taskNo())
          .append("  ")
          .append(Words.plain(line.outcome()))
          .append("\n  image   ")
          .append(line.image())
          .append("\n  result  ")
          .append(line.result().map(ContentId::toString).orElse("none"))
          .append("\n  usage   ")
          .append(Words.plain(Words.of(line.usage())))
          .append('\n');
    }
    return text.toString();
  }

  /** Three columns; the last one is aligned to the right. */
  private static final class Table {
    private final List<String[]> rows = new ArrayList<>();

    void row(String what, String how, Amount amount) {
      rows.add(new String[] {what, Words.plain(how), Words.plain(amount.toString())});
    }

    void line() {
      rows.add(new String[0]);
    }

    void appendTo(StringBuilder text) {
      int[] width = new int[3];
      for (String[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          width[i] = Math.max(width[i], row[i].length());
        }
      }
      for (String[] row : rows) {
        if (row.length == 0) {
          text.repeat("-", width[0] + 2 + width[1] + 2 + width[2]).append('\n');
        } else {
          text.append(row[0])
              .repeat(" ", width[0] - row[0].length() + 2)
              .append(row[1])
              .repeat(" ", width[1] - row[1].length() + 2 + width[2] - row[2].length())
              .append(row[2])
              .append('\n');
        }
      }
    }
  }
}
