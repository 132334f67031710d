package io.edgebeat.exec.wasm.meter;

import java.util.List;

/** Random modules, for tests of other packages. */
public final class RandomModules {
  private RandomModules() {}

  /** The module of a seed; its functions are exported as f and their number. */
  public static byte[] module(long seed) {
    return RandomModule.of(seed).bytes();
  }

  /** How many arguments each function takes. */
  public static List<Integer> parameters(long seed) {
    return RandomModule.of(seed).functions().stream()
        .map(type -> type.parameters().length())
        .toList();
  }
}
