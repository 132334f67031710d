package io.edgebeat.rules.planted.two;

import io.edgebeat.rules.planted.one.First;

/** The other half. */
public final class Second {
  private Second() {}

  public static int steps() {
    return First.class.getName().length();
  }
}
