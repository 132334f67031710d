package io.edgebeat.exec.wasm.child;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the jars and directories that classes come from, without loading any of these classes. */
public final class ClassPath {
  private static final String REMEDY =
      "; unpack the jars of edgebeat-exec-wasm and what it needs, and name them by childClassPath,"
          + " or set isolation to in-jvm";

  private ClassPath() {}

  /**
   * Where some classes come from. Works for class path and module path.
   *
   * @param loader who would load them
   * @param classes one class of every jar that is wanted
   * @return a class path for another JVM
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} naming what is not a file: the jar within
   *     a jar, the image of a runtime
   */
  public static String of(ClassLoader loader, List<String> classes) {
    Set<Path> entries = new LinkedHashSet<>();
    for (String name : classes) {
      String file = name.replace('.', '/') + ".class";
      URL url = loader.getResource(file);
      if (url == null) {
        throw unavailable("class " + name + " is not to be found");
      }
      entries.add(entry(url.toString(), file));
    }
    return entries.stream()
        .map(ClassPath::text)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path entry(String url, String file) {
    String root;
    if (url.startsWith("jar:file:") && url.indexOf('!') == url.lastIndexOf("!/")) {
      root = url.substring("jar:".length(), url.indexOf('!'));
    } else if (url.startsWith("file:") && url.endsWith(file)) {
      root = url.substring(0, url.length() - file.length());
    } else {
      throw unavailable("a child JVM cannot read " + url);
    }
    try {
      return Path.of(URI.create(root));
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw unavailable("a child JVM cannot read " + url + " (" + e.getMessage() + ")");
    }
  }

  private static String text(Path entry) {
    String text = entry.toAbsolutePath().toString();
    if (text.contains(File.pathSeparator) || !Files.exists(entry)) {
      throw unavailable("no class path can name " + text);
    }
    return text;
  }

  private static EdgeBeatException unavailable(String what) {
    return new EdgeBeatException(ErrorCode.BACKEND_UNAVAILABLE, what + REMEDY);
  }
}
