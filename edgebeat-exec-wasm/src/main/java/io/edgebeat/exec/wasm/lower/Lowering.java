package io.edgebeat.exec.wasm.lower;

import io.edgebeat.api.error.EdgeBeatException;

/**
 * Rewrites a module with a 64-bit memory, 64-bit tables or exceptions into an equal one without.
 *
 * <p>What the guest can see stays the same: addresses are compared in all their 64 bits, sizes are
 * i64, a growth that is too large gives -1. Two limits show: no memory grows to {@link #MOST_PAGES}
 * pages, whatever its maximum says, and an exception that nobody catches ends as the trap {@code
 * unreachable}. What is added to a module (types, globals, functions) lies behind what it has, and
 * its own code is refused if it names anything there.
 *
 * <p>Thread-safe: all methods are static and keep no state.
 */
public final class Lowering {
  /** The most pages of a lowered memory: one less than 2 GiB, the most any executor gives. */
  public static final int MOST_PAGES = 32_767;

  /** An offset from here on lies behind every memory. */
  static final long MOST_BYTES = 1L << 31;

  /** The address 2^31, which stands for all that are behind every memory. */
  static final int NOWHERE = Integer.MIN_VALUE;

  private Lowering() {}

  /**
   * Rewrites a module. Its structure must have been checked; its types need not.
   *
   * @param module the module
   * @return the rewritten module
   * @throws EdgeBeatException {@code BAD_WORKLOAD} when it cannot be valid, {@code
   *     WORKLOAD_REFUSED} naming what cannot be lowered
   */
  public static byte[] lower(byte[] module) {
    SourceModule source = new SourceModule(module);
    ThrowAnalysis throwing = new ThrowAnalysis(source);
    return new ModuleWriter(source, throwing).write();
  }

  /** An address in the form that a 32-bit memory takes; {@link #NOWHERE} for those it never has. */
  static int clamp(long address) {
    return address >>> 31 == 0 ? (int) address : NOWHERE;
  }
}
