package io.edgebeat.exec.wasm;

/**
 * Makes sure of some room on the stack before the guest's thread runs code of the node: a guest
 * that recurses deeply and then calls its host could otherwise make that code fail in its middle
 * and leave the node's own state broken.
 */
final class StackReserve {
  private static final int LEVELS = 1_024;

  private StackReserve() {}

  /** Throws {@link StackOverflowError}, a trap of the guest, when some 50 KiB are not left. */
  static void ensure() {
    if (dig(LEVELS, 1, 2, 3) == 0) {
      throw new IllegalStateException("unreachable");
    }
  }

  private static long dig(int level, long a, long b, long c) {
    return level == 0 ? a + b + c : dig(level - 1, b, c, a) + 1;
  }
}
