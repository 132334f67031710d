package io.edgebeat.benchmarks;

/** Something that can be started by name: a benchmark or a proof. */
public interface Program {
  /** What is typed to start it: lower case, words joined by a hyphen. */
  String name();

  /** One line for the list of names. */
  String summary();

  /**
   * Runs to the end.
   *
   * @throws Exception for a fault of the program itself; what it measures or finds goes to {@code
   *     context}
   */
  void run(ProgramContext context) throws Exception;
}
