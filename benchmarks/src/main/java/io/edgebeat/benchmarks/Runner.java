package io.edgebeat.benchmarks;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds one program by name, runs it and prints the line that machines read. */
final class Runner {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  private static final int SUGGESTIONS = 3;

  private final String kind;
  private final String verb;
  private final List<Program> programs;
  private final PrintStream out;
  private final Function<String, @Nullable String> options;

  /**
   * @param kind what a program is called in a sentence
   * @param verb the property that names it, and the word in the last line
   */
  Runner(
      String kind,
      String verb,
      List<Program> programs,
      PrintStream out,
      Function<String, @Nullable String> options) {
    this.kind = kind;
    this.verb = verb;
    this.programs = programs;
    this.out = out;
    this.options = options;
  }

  /** Returns the exit code. */
  int run(String... args) {
    ProgramContext context = new ProgramContext(out, options);
    Optional<String> name =
        args.length > 0 ? Optional.of(args[0]) : context.option(verb).map(String::strip);
    if (name.isEmpty()) {
      list();
      return DONE;
    }
    try {
      Program program = find(name.get());
      // Also so that the last line is never the first: Maven begins that one with colours of its
      // own.
      out.println(program.name() + ": " + program.summary());
      program.run(context);
      out.println(lastLine(program, context));
      return context.violations() == 0 ? DONE : FAILED;
    } catch (UsageException e) {
      out.println(e.getMessage());
      return USAGE;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      out.println("The " + kind + " " + name.get() + " stopped: " + e);
      if (context.option("debug").isPresent()) {
        e.printStackTrace(out);
      } else {
        out.println("Add -Dedgebeat.debug for where it happened.");
      }
      return FAILED;
    }
  }

  private void list() {
    if (programs.isEmpty()) {
      out.println("There is no " + kind + " yet.");
      return;
    }
    int width = programs.stream().mapToInt(program -> program.name().length()).max().orElse(0);
    out.println("Name one with -D" + verb + "=NAME:");
    for (Program program : programs) {
      String gap = " ".repeat(width - program.name().length() + 2);
      out.println("  " + program.name() + gap + program.summary());
    }
  }

  private Program find(String name) {
    for (Program program : programs) {
      if (program.name().equals(name)) {
        return program;
      }
    }
    String nearest =
        programs.stream()
            .map(Program::name)
            .sorted(Comparator.comparingInt(candidate -> distance(name, candidate)))
            .limit(SUGGESTIONS)
            .collect(Collectors.joining(", "));
    throw new UsageException(
        "There is no %s named '%s'%s."
            .formatted(
                kind, name, nearest.isEmpty() ? ", nor any other yet" : "; nearest: " + nearest));
  }

  private String lastLine(Program program, ProgramContext context) {
    StringBuilder line =
        new StringBuilder("EDGEBEAT ")
            .append(verb.toUpperCase(Locale.ROOT))
            .append(' ')
            .append(program.name());
    if (verb.equals("prove")) {
      line.append(" runs=").append(context.runs());
      line.append(" violations=").append(context.violations());
    }
    context
        .results()
        .forEach((key, value) -> line.append(' ').append(key).append('=').append(value));
    return line.toString();
  }

  /** How many single characters change one word into the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
