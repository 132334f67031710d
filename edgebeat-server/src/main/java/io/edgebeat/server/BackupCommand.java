package io.edgebeat.server;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.Backup;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies a node. */
@Command(
    name = "backup",
    description = "Copies the state of a node that does not run; the signer's key is not in it.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class)
final class BackupCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DIR", description = "The node's directory.")
  private Path directory = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "Not there yet; its parent is.")
  private Path target = Path.of("");

  @Override
  public Integer call() {
    Backup backup = EdgeBeat.backup(directory, target);
    Commands.out(spec)
        .println(
            "copied "
                + backup.bytes()
                + " bytes, up to record "
                + backup.records()
                + ", to "
                + backup.directory());
    return 0;
  }
}
