package io.edgebeat.core.clock;

import java.time.InstantSource;

/**
 * The clock of the machine, for whoever was given none. Nothing else in the library reads it: what
 * is given another clock lives in that clock's time altogether.
 */
public final class WallClock {
  /** What the machine's clock shows. */
  public static final InstantSource MACHINE = InstantSource.system();

  private WallClock() {}
}
