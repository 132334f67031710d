package io.edgebeat.core.settle;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.task.ProofReport.Statement;
import io.edgebeat.api.task.ProofReport.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The statements of a report, in the order they are checked. */
final class Findings {
  private final List<Statement> statements = new ArrayList<>();

  /**
   * Checks a statement.
   *
   * @param problem the offending value; empty when it holds. Amounts of which no sum can be made
   *     are a problem too
   */
  void check(String name, String what, Supplier<Optional<String>> problem) {
    Optional<String> found;
    try {
      found = problem.get();
    } catch (EdgeBeatException impossible) {
      found = Optional.of(impossible.getMessage());
    }
    statements.add(
        new Statement(
            name, what, found.isEmpty() ? Verdict.HOLDS : Verdict.FAILS, found.orElse("")));
  }

  /** What the proof alone does not tell. */
  void unknown(String name, String what, String why) {
    statements.add(new Statement(name, what, Verdict.UNKNOWN, why));
  }

  /** Whether nothing was found wrong. */
  boolean hold() {
    return statements.stream().noneMatch(s -> s.verdict() == Verdict.FAILS);
  }

  List<Statement> statements() {
    return List.copyOf(statements);
  }
}
