package io.edgebeat.rules.planted.one;

import io.edgebeat.rules.planted.two.Second;

/** One half of a cycle of packages. */
public final class First {
  private First() {}

  public static int steps() {
    return Second.steps();
  }
}
