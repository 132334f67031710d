package io.edgebeat.benchmarks.kill;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The classes of a node as a JVM maps them into memory, so that each of many JVMs starts in half
 * the time.
 *
 * @param classPath jars only: what a JVM archives does not come from directories
 * @param option what is done with the archive
 */
record ClassArchive(String classPath, String option) {

  /** Writes an archive by letting a node do a trade. */
  static ClassArchive write(Path directory, Map<String, String> options) throws IOException {
    String jars = jars(directory);
    Path file = directory.resolve("classes.jsa");
    ClassArchive written = new ClassArchive(jars, "-XX:ArchiveClassesAtExit=" + file);
    try (KillMarket market = new KillMarket(directory.resolve("first"), options, true, written)) {
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
              ? jar(path, directory.resolve(jars.size() + ".jar")).toString()
              : entry);
    }
    return String.join(File.pathSeparator, jars);
  }

  private static Path jar(Path classes, Path file) throws IOException {
    try (OutputStream bytes = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(bytes);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.filter(path -> !path.equals(classes)).sorted().toList()) {
        String name = classes.relativize(each).toString().replace('\\', '/');
        // Directories, too: who looks for all files of one finds it by its own entry.
        jar.putNextEntry(new JarEntry(Files.isDirectory(each) ? name + "/" : name));
        if (Files.isRegularFile(each)) {
          Files.copy(each, jar);
        }
        jar.closeEntry();
      }
    }
    return file;
  }
}
