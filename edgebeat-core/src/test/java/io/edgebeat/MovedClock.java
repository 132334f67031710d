package io.edgebeat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The system's clock, until a test moves it on. */
final class MovedClock implements InstantSource {
  private volatile Duration by = Duration.ZERO;

  @Override
  public Instant instant() {
    return InstantSource.system().instant().plus(by);
  }

  void move(Duration on) {
    by = by.plus(on);
  }
}
