package io.edgebeat.server;

import io.edgebeat.EdgeBeat;
import io.edgebeat.VerifiedState;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks files. */
@Command(
    name = "verify",
    description = "Reads every byte of a node that does not run, or of a backup; changes nothing.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class)
final class VerifyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The node's directory, or a backup.")
  private Path directory = Path.of("");

  @Override
  public Integer call() {
    VerifiedState state = EdgeBeat.verify(directory);
    Commands.out(spec)
        .println(
            (state.backup() ? "a whole backup: " : "a whole node: ")
                + state.agreements()
                + " agreements, records "
                + state.firstRecord()
                + " to "
                + state.lastRecord()
                + ", "
                + state.snapshots()
                + " snapshots, "
                + state.bytes()
                + " bytes"
                + (state.unfinishedBytes() == 0
                    ? ""
                    : ", and "
                        + state.unfinishedBytes()
                        + " bytes of a last write that was never promised"));
    return 0;
  }
}
