package io.edgebeat.server;

import io.edgebeat.JournalSummary;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists agreements. */
@Command(
    name = "agreements",
    description = "Lists the agreements of a node that does not run, one a line.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class)
final class AgreementsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private NodeDirectory directory = new NodeDirectory();

  @Override
  public Integer call() {
    PrintWriter out = Commands.out(spec);
    for (JournalSummary summary : JournalSummary.read(directory.path)) {
      out.println(
          summary.id()
              + (summary.buyer() ? "  buyer   " : "  seller  ")
              + summary.work()
              + ", "
              + summary.ticks()
              + " ticks, "
              + summary.paid()
              + (summary.invoice().isPresent() ? ", settled" : ""));
    }
    return 0;
  }
}
