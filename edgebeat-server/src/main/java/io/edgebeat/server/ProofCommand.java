package io.edgebeat.server;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.task.ProofReport;
import io.edgebeat.api.task.ProofReport.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proof bundles: the evidence of one agreement in one file. */
@Command(
    name = "proof",
    description = "Writes or checks a proof bundle: the evidence of one agreement in one file.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ProofCommand.Verify.class, ProofCommand.Write.class})
final class ProofCommand {
  /** Far more than any bundle; what is in the file decides. */
  private static final long MAX_BYTES = 64L << 20;

  private ProofCommand() {}

  /** Checks a bundle. */
  @Command(
      name = "verify",
      description = {
        "Checks every signature, hash, preimage and sum of a bundle, and tells its story.",
        "Asks no network and no ledger. Ends with 0 when everything holds, with 1 when not."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Commands.Version.class)
  static final class Verify implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The bundle.")
    private Path file = Path.of("");

    private ProofReport report() {
      byte[] bundle = Output.read(file, "a proof bundle", MAX_BYTES);
      try {
        return EdgeBeat.verifyProof(bundle);
      } catch (EdgeBeatException e) {
        throw new EdgeBeatException(
            e.code(),
            e.advice(),
            file + " is no proof bundle that can be read: " + e.getMessage(),
            e);
      }
    }

    @Override
    public Integer call() {
      ProofReport report = report();
      PrintWriter out = Commands.out(spec);
      out.println(report.story());
      for (ProofReport.Statement statement : report.statements()) {
        out.println(
            switch (statement.verdict()) {
                  case HOLDS -> "holds    ";
                  case FAILS -> "DOES NOT ";
                  case UNKNOWN -> "unknown  ";
                }
                + statement.what()
                + (statement.verdict() == Verdict.HOLDS ? "" : ": " + statement.found()));
      }
      out.println();
      out.println("Nobody vouches for: " + String.join("; ", report.notVouchedFor()) + ".");
      out.println(
          report.holds()
              ? "EDGEBEAT PROOF HOLDS " + report.agreement()
              : "EDGEBEAT PROOF DOES NOT HOLD " + report.agreement());
      return report.holds() ? 0 : Commands.DOES_NOT_HOLD;
    }
  }

  /** Writes a bundle. */
  @Command(
      name = "write",
      description = "Writes the bundle of an agreement of a node that does not run.",
      mixinStandardHelpOptions = true,
      versionProvider = Commands.Version.class)
  static final class Write implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private NodeDirectory directory = new NodeDirectory();

    @Parameters(paramLabel = "AGREEMENT", description = "The agreement's id, 0x...")
    private @Nullable AgreementId agreement;

    @Option(
        names = {"-o", "--out"},
        required = true,
        paramLabel = "FILE",
        description = "Where to write it; nothing is overwritten.")
    private Path out = Path.of("");

    @Override
    public Integer call() {
      byte[] bundle = EdgeBeat.proof(directory.path, Commands.given(agreement));
      Output.write(out, bundle);
      Commands.out(spec).println("wrote " + bundle.length + " bytes to " + out);
      return 0;
    }
  }
}
