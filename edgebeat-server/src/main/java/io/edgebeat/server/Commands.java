package io.edgebeat.server;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code edgebeat} and its exit codes. */
@Command(
    name = "edgebeat",
    description = {
      "Looks into the files of a node that does not run, checks evidence without a network, and"
          + " tells what a WebAssembly module wants.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ProofCommand.class,
      AgreementsCommand.class,
      InvoiceCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      VerifyCommand.class,
      InspectCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, or everything holds",
      "1:something does not hold",
      "2:the command line is wrong",
      "3:it could not be done; the reason is printed"
    })
final class Commands {
  static final int DOES_NOT_HOLD = 1;
  static final int FAILED = 3;

  private Commands() {}

  /** The commands, ready to be run. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Commands());
    line.registerConverter(AgreementId.class, Commands::agreement);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          if (exception instanceof EdgeBeatException known) {
            command.getErr().println("edgebeat: " + words(known));
          } else {
            // Not foreseen: whoever reports it needs all of it.
            command.getErr().println("edgebeat: this should not happen, please report it");
            exception.printStackTrace(command.getErr());
          }
          return FAILED;
        });
    return line;
  }

  /** Where a command prints to. */
  static PrintWriter out(@Nullable CommandSpec spec) {
    return given(spec).commandLine().getOut();
  }

  /** What picocli has set before a command is called. */
  static <T> T given(@Nullable T value) {
    return Objects.requireNonNull(value, "not given");
  }

  private static AgreementId agreement(String text) {
    try {
      return AgreementId.parse(text);
    } catch (EdgeBeatException e) {
      throw new CommandLine.TypeConversionException("no agreement's id: " + e.getMessage());
    }
  }

  private static String words(EdgeBeatException e) {
    String hint =
        e.code() == ErrorCode.LOCKED
            ? ". The node is running: stop it first, or let the program that runs it call"
                + " EdgeBeatNode.proof or EdgeBeatNode.backup"
            : "";
    return e.code() + ": " + e.getMessage() + hint;
  }

  /** Tells the version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Commands.class.getPackage().getImplementationVersion())
              .orElse("(built without a version)");
      return new String[] {
        "EdgeBeat " + version, "Java " + Runtime.version() + " on " + System.getProperty("os.name")
      };
    }
  }
}
