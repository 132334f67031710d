package io.edgebeat.benchmarks.wasm;

import java.util.List;

/** What the engine calls the ends of guests, whichever part of it reports them. */
final class Traps {
  static final String EXHAUSTED = "call stack exhausted";

  private static final List<String> REASONS =
      List.of(
          "unreachable",
          "out of bounds memory access",
          "out of bounds table access",
          "integer divide by zero",
          "integer overflow",
          "invalid conversion to integer",
          "indirect call type mismatch",
          "undefined element",
          "uninitialized element",
          EXHAUSTED);

  private Traps() {}

  /** The reason without numbers and addresses. */
  static String reason(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    for (String reason : REASONS) {
      if (message.contains(reason)) {
        return reason;
      }
    }
    if (e instanceof ArithmeticException) {
      return "integer divide by zero";
    }
    // Sizes that wrap around: the engine looks outside of its own arrays.
    return e instanceof IndexOutOfBoundsException ? "out of bounds memory access" : e.toString();
  }
}
