package io.edgebeat.benchmarks.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A planted mistake: a unified diff with a head. A hunk is found by its lines and not by its line
 * numbers, so that it survives changes elsewhere in the file; lines that are not there, or are
 * there more than once, are an error and never a mutant that "was not found".
 *
 * @param name the file's name without its ending
 * @param head what stands before the diff as {@code key: value}
 * @param hunks by file, relative to the root of the repository
 */
record Patch(String name, Map<String, String> head, Map<String, List<Hunk>> hunks) {

  /**
   * Lines that become others.
   *
   * @param before the lines as they are, context included
   * @param after the lines as they become
   */
  record Hunk(List<String> before, List<String> after) {
    /** Puts the lines after in the place of the lines before. */
    String apply(String source, String where) {
      String from = join(before);
      int at = ("\n" + source).indexOf("\n" + from);
      if (at < 0) {
        throw new IllegalStateException(where + " does not contain these lines any more:\n" + from);
      }
      if (("\n" + source).indexOf("\n" + from, at + 1) >= 0) {
        throw new IllegalStateException(
            where + " contains these lines more than once; give more context:\n" + from);
      }
      return source.substring(0, at) + join(after) + source.substring(at + from.length());
    }

    private static String join(List<String> lines) {
      return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
  }

  /** Reads {@code NAME.patch}. */
  static Patch read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).replaceAll("\\.patch$", "");
    return parse(name, Files.readAllLines(file));
  }

  static Patch parse(String name, List<String> lines) {
    Map<String, String> head = new LinkedHashMap<>();
    Map<String, List<Hunk>> hunks = new TreeMap<>();
    List<Hunk> file = new ArrayList<>();
    Hunk hunk = null;
    for (String line : lines) {
      if (line.startsWith("--- ")) {
        hunk = null;
      } else if (line.startsWith("+++ ")) {
        file = hunks.computeIfAbsent(path(line), p -> new ArrayList<>());
      } else if (line.startsWith("@@")) {
        hunk = new Hunk(new ArrayList<>(), new ArrayList<>());
        file.add(hunk);
      } else if (hunk != null) {
        add(hunk, name, line);
      } else if (line.contains(": ")) {
        head.put(line.substring(0, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2));
      }
    }
    if (hunks.isEmpty() || hunks.values().stream().anyMatch(List::isEmpty)) {
      throw new IllegalStateException(name + " changes nothing");
    }
    return new Patch(name, head, hunks);
  }

  private static String path(String line) {
    return line.substring("+++ ".length()).strip().replaceFirst("^b/", "");
  }

  private static void add(Hunk hunk, String name, String line) {
    String rest = line.isEmpty() ? "" : line.substring(1);
    switch (line.isEmpty() ? ' ' : line.charAt(0)) {
      case ' ' -> {
        hunk.before.add(rest);
        hunk.after.add(rest);
      }
      case '-' -> hunk.before.add(rest);
      case '+' -> hunk.after.add(rest);
      default -> throw new IllegalStateException(name + " has a line that is no diff: " + line);
    }
  }

  /** The changed sources, by file. */
  Map<String, String> apply(Path root) throws IOException {
    Map<String, String> changed = new TreeMap<>();
    for (Map.Entry<String, List<Hunk>> file : hunks.entrySet()) {
      String source = Files.readString(root.resolve(file.getKey())).replace("\r\n", "\n");
      for (Hunk hunk : file.getValue()) {
        source = hunk.apply(source, name + ": " + file.getKey());
      }
      changed.put(file.getKey(), source);
    }
    return changed;
  }

  /** What the head says of something. */
  String head(String key) {
    @Nullable String value = head.get(key);
    if (value == null) {
      throw new IllegalStateException(name + " has no line \"" + key + ": ..\" before its diff");
    }
    return value;
  }
}
