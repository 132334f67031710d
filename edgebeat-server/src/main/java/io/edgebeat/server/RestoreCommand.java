package io.edgebeat.server;

import io.edgebeat.EdgeBeat;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a node's directory of a backup. */
@Command(
    name = "restore",
    description = {
      "Makes a directory of a backup that a node can be opened with.",
      "The node asks the others what it has forgotten before it signs anything."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class)
final class RestoreCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BACKUP", description = "What backup has made.")
  private Path backup = Path.of("");

  @Parameters(index = "1", paramLabel = "DIR", description = "Not there yet, or empty.")
  private Path directory = Path.of("");

  @Override
  public Integer call() {
    EdgeBeat.restore(backup, directory);
    Commands.out(spec).println("restored " + directory + " from " + backup);
    return 0;
  }
}
