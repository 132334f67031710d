package io.edgebeat.benchmarks.crash;

/** Ends the process that reaches it: whatever that was about to do does not happen. */
final class PowerLost extends Error {
  private static final long serialVersionUID = 1L;

  PowerLost(String where) {
    super("the power was lost at " + where, null, false, false);
  }
}
