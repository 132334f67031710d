package io.edgebeat.benchmarks.wasm;

import io.edgebeat.benchmarks.wasm.WastText.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns a file of the test suite into modules and a list of commands, by the {@code wast2json} of
 * wabt, which is told the features that guests may use. A command that it refuses is left out, and
 * with it those that are about a module which was left out; the rest of the file stays.
 */
final class WastConverter {
  /**
   * What guests may use: version 2 of the standard without vectors, and arithmetic of constants.
   */
  private static final List<String> FEATURES = List.of("--disable-simd", "--enable-extended-const");

  private static final String TOOL = "wast2json";
  private static final long SECONDS = 60;
  private static final Pattern ERROR = Pattern.compile("\\.wast:(\\d+):\\d+: error: (.*)");

  private WastConverter() {}

  /**
   * A file that can be run.
   *
   * @param json the list of commands; the modules lie beside it
   * @param dropped how many assertions were left out, by the reason
   * @param unregistered names under which modules that were left out would be known to others
   * @param untouched names of modules that those which were left out import from, and might change
   */
  record Converted(
      Path json, Map<String, Integer> dropped, Set<String> unregistered, Set<String> untouched) {}

  /** What the tool calls itself, or empty when there is none. */
  static Optional<String> version() throws InterruptedException {
    try {
      Process process = new ProcessBuilder(TOOL, "--version").redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(TOOL + "-" + said.strip()) : Optional.empty();
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /**
   * Converts.
   *
   * @param file a {@code .wast}
   * @param work an empty directory
   */
  static Converted convert(Path file, Path work) throws IOException, InterruptedException {
    WastText text = new WastText(Files.readString(file, StandardCharsets.UTF_8));
    List<Command> kept = new ArrayList<>(text.commands());
    Converted converted =
        new Converted(
            work.resolve("commands.json"), new LinkedHashMap<>(), new HashSet<>(), new HashSet<>());
    Path source = work.resolve("commands.wast");
    Path json = converted.json;
    while (!kept.isEmpty()) {
      Files.writeString(source, text.only(kept));
      Attempt attempt = attempt(source, json);
      if (attempt.done) {
        break;
      }
      Map<Command, String> refused = new LinkedHashMap<>();
      attempt.errors.forEach(
          (line, reason) -> {
            Command command = text.at(line);
            if (command != null && kept.contains(command)) {
              refused.putIfAbsent(command, reason);
            }
          });
      if (refused.isEmpty()) {
        // It was not an error but a crash: of the shortest beginning that crashes the last one.
        refused.put(kept.get(crash(text, kept, source, json)), "the converter crashes");
      }
      drop(kept, refused, converted, text);
    }
    if (kept.isEmpty()) {
      Files.deleteIfExists(json);
    }
    return converted;
  }

  /** Removes commands, and those that are about modules that are removed. */
  private static void drop(
      List<Command> kept, Map<Command, String> refused, Converted converted, WastText text) {
    List<Command> left = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    for (Command command : kept) {
      String reason = refused.get(command);
      if (command.isModule()) {
        for (String name : new String[] {command.module(), Command.LAST}) {
          if (reason == null) {
            gone.remove(name);
          } else {
            gone.add(name);
          }
        }
      } else if (reason == null && gone.contains(command.module())) {
        reason = "about a module that is left out";
      }
      if (reason == null) {
        left.add(command);
        continue;
      }
      if (command.isAssertion()) {
        converted.dropped.merge(reason, 1, Integer::sum);
      }
      if (command.word().equals("register")) {
        converted.unregistered.add(text.registration(command));
      }
      converted.untouched.addAll(text.imports(command));
    }
    kept.clear();
    kept.addAll(left);
  }

  private static int crash(WastText text, List<Command> kept, Path source, Path json)
      throws IOException, InterruptedException {
    int fine = 0;
    int crashes = kept.size();
    while (crashes - fine > 1) {
      int middle = (fine + crashes) / 2;
      Files.writeString(source, text.only(kept.subList(0, middle)));
      Attempt attempt = attempt(source, json);
      if (attempt.done || !attempt.errors.isEmpty()) {
        fine = middle;
      } else {
        crashes = middle;
      }
    }
    return crashes - 1;
  }

  private record Attempt(boolean done, Map<Integer, String> errors) {}

  private static Attempt attempt(Path source, Path json) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(TOOL));
    command.addAll(FEATURES);
    command.addAll(List.of(source.toString(), "-o", json.toString()));
    Path said = source.resolveSibling("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(TOOL + " does not end on " + source);
      }
    } finally {
      process.destroyForcibly();
    }
    Map<Integer, String> errors = new LinkedHashMap<>();
    if (process.exitValue() != 0) {
      // Its messages quote the source, which need not be text.
      Matcher found = ERROR.matcher(Files.readString(said, StandardCharsets.ISO_8859_1));
      while (found.find()) {
        errors.putIfAbsent(Integer.parseInt(found.group(1)), reason(found.group(2)));
      }
    }
    return new Attempt(process.exitValue() == 0, errors);
  }

  /** Without what is different in each file, so that reasons can be counted. */
  private static String reason(String message) {
    return "converter: "
        + message
            .replaceFirst("@0x[0-9a-f]+: ", "")
            .replaceFirst(", expected .*", "")
            .replaceFirst("(unexpected token) .*", "$1")
            .replaceFirst("(annotations not enabled): .*", "$1")
            .strip();
  }
}
