package io.edgebeat.benchmarks.kill;

import io.edgebeat.benchmarks.Jars;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The classes of a node as a JVM maps them into memory, so that each of many JVMs starts in half
 * the time.
 *
 * @param classPath jars only: what a JVM archives does not come from directories
 * @param option what is done with the archive
 */
record ClassArchive(String classPath, String option) {

  /** Writes an archive by letting a node do a trade on a ledger. */
  static ClassArchive write(Path directory, String ledger, Map<String, String> options)
      throws IOException {
    String jars = jars(directory);
    Path file = directory.resolve("classes.jsa");
    ClassArchive written = new ClassArchive(jars, "-XX:ArchiveClassesAtExit=" + file);
    try (KillMarket market =
        new KillMarket(directory.resolve("first"), ledger, options, true, written)) {
      KillErrand.TRADE.run(market);
      market.leave(KillMarket.SELLER);
    }
    if (!Files.exists(file)) {
      throw new IOException("no " + file + " was written by the JVM that has left");
    }
    return new ClassArchive(jars, "-XX:SharedArchiveFile=" + file);
  }

  private static String jars(Path directory) throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      jars.add(
          Files.isDirectory(path)
              ? Jars.jar(path, directory.resolve(jars.size() + ".jar")).toString()
              : entry);
    }
    return String.join(File.pathSeparator, jars);
  }
}
