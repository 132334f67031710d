package io.edgebeat.server;

import io.edgebeat.EdgeBeat;
import io.edgebeat.JournalSummary;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.task.Invoice;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints an invoice. */
@Command(
    name = "invoice",
    description = "Prints the invoice of a settled agreement of a node that does not run.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class)
final class InvoiceCommand implements Callable<Integer> {
  /** For whom. */
  enum Format {
    /** People at a terminal. */
    TEXT,
    /** People with a browser or a printer. */
    HTML,
    /** Programs: the document whose hash was signed. */
    JSON
  }

  @Spec private @Nullable CommandSpec spec;

  @Mixin private NodeDirectory directory = new NodeDirectory();

  @Parameters(paramLabel = "AGREEMENT", description = "The agreement's id, 0x...")
  private @Nullable AgreementId agreement;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description = "text, html or json; text if it is not given.")
  private Format format = Format.TEXT;

  @Override
  public Integer call() {
    Invoice invoice = find(Commands.given(agreement));
    PrintWriter out = Commands.out(spec);
    switch (format) {
      case TEXT -> out.print(EdgeBeat.text(invoice));
      case HTML -> out.print(EdgeBeat.html(invoice));
      // Not a byte more: its hash was signed.
      case JSON -> out.print(new String(EdgeBeat.json(invoice), StandardCharsets.UTF_8));
    }
    out.flush();
    return 0;
  }

  private Invoice find(AgreementId id) {
    JournalSummary summary =
        JournalSummary.read(directory.path).stream()
            .filter(s -> s.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new EdgeBeatException(
                        ErrorCode.NOT_FOUND,
                        "the node of " + directory.path + " knows no agreement " + id));
    return summary
        .invoice()
        .orElseThrow(
            () ->
                new EdgeBeatException(
                    ErrorCode.WRONG_STATE,
                    "agreement " + id + " is not settled yet; its work is " + summary.work()));
  }
}
