package io.edgebeat.api.task;

/** A value: a way that something goes between a task's program and its buyer while it runs. */
public enum TaskStream {
  /** Messages of the buyer to the program. */
  TO_PROGRAM,
  /** Messages of the program to the buyer. */
  FROM_PROGRAM,
  /** Bytes that the program writes to its error stream. */
  LOG,
  /** Bytes that the program writes to its standard output. */
  OUTPUT;

  /**
   * Whether it carries messages, of which none is left out; else bytes, of which the oldest are
   * when nobody takes them.
   *
   * @return true for messages
   */
  public boolean isMessages() {
    return this == TO_PROGRAM || this == FROM_PROGRAM;
  }
}
