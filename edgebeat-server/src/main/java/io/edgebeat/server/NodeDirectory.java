package io.edgebeat.server;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a node's directory. */
final class NodeDirectory {
  @Option(
      names = {"-d", "--directory"},
      required = true,
      paramLabel = "DIR",
      description = "The directory of a node that does not run.")
  Path path = Path.of("");
}
