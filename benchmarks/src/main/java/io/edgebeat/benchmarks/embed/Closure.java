package io.edgebeat.benchmarks.embed;

import io.edgebeat.benchmarks.Jars;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jars of this JVM's class path that an application needs, each named here. */
final class Closure {
  /** What edgebeat-core and edgebeat-exec-wasm bring along. */
  private static final List<String> ENGINE =
      List.of(
          "edgebeat-api",
          "edgebeat-core",
          "edgebeat-exec-wasm",
          "slf4j-api",
          "jackson-core",
          "runtime",
          "wasm",
          "compiler",
          "asm",
          "asm-analysis",
          "asm-commons",
          "asm-tree",
          "asm-util");

  /** What edgebeat-crypto-native brings along, but for the library itself. */
  private static final List<String> BINDING =
      List.of(
          "edgebeat-crypto-native",
          "secp256k1-kmp-jvm",
          "secp256k1-kmp-jni-common",
          "secp256k1-kmp-jni-jvm-extract",
          "kotlin-stdlib");

  private static final List<String> LIBRARY = List.of("secp256k1-kmp-jni-jvm-linux");

  private final List<Path> entries;
  private final Path directory;
  final List<Path> engine;
  final List<Path> binding;
  final List<Path> library;

  /** Makes jars, in a directory, of what was compiled and not packaged. */
  Closure(Path directory) throws IOException {
    this.directory = directory;
    this.entries =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .toList();
    this.engine = all(ENGINE);
    this.binding = all(BINDING);
    this.library = all(LIBRARY);
  }

  /** All of it, and the classes of this program. */
  String classPath() {
    Path own =
        entries.stream()
            .filter(entry -> Files.exists(entry.resolve(name(IdleSeller.class))))
            .findFirst()
            .orElseThrow();
    return Stream.of(engine, binding, library, List.of(own))
        .flatMap(List::stream)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String name(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  /** How many bytes they are together. */
  static double size(List<Path> jars) throws IOException {
    double size = 0;
    for (Path jar : jars) {
      size += (double) Files.size(jar);
    }
    return size;
  }

  private List<Path> all(List<String> artifacts) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String artifact : artifacts) {
      // A jar of a repository, or the output of a module of this build.
      Pattern form =
          Pattern.compile(
              ".*/" + artifact + "/(target/.*|[^/]*/" + artifact + "-[0-9][^/]*[.]jar)");
      List<Path> found =
          entries.stream()
              .filter(entry -> form.matcher(entry.toAbsolutePath().toUri().getPath()).matches())
              .toList();
      if (found.size() != 1) {
        throw new IllegalStateException(
            "the class path has " + found + " of " + artifact + " and should have one of it");
      }
      Path entry = found.getFirst();
      jars.add(
          Files.isDirectory(entry) ? Jars.jar(entry, directory.resolve(artifact + ".jar")) : entry);
    }
    return List.copyOf(jars);
  }
}
