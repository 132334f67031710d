package io.edgebeat.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Makes the jar of a module that was compiled and not packaged, as is the case here. */
public final class Jars {
  private Jars() {}

  /**
   * Packs a directory of classes.
   *
   * @param classes the directory
   * @param file what is written
   * @return that file
   */
  public static Path jar(Path classes, Path file) throws IOException {
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
