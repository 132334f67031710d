package io.edgebeat.benchmarks.wasm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The instructions that a generator can choose from, by what they give. */
final class Operands {
  /** Without immediates and without regard to where they stand, by the letter of the result. */
  static final Map<Character, List<Op>> ARITHMETIC = new HashMap<>();

  static final Map<Character, List<Op>> LOADS = new HashMap<>();
  static final List<Op> STORES = new ArrayList<>();

  static {
    for (Op op : Op.all()) {
      boolean fixed = !op.takes().contains("*") && !op.gives().contains("*");
      if (op.immediate() == Op.Immediate.ADDRESS) {
        if (op.gives().isEmpty()) {
          STORES.add(op);
        } else {
          LOADS.computeIfAbsent(op.gives().charAt(0), t -> new ArrayList<>()).add(op);
        }
      } else if (fixed && op.immediate() == Op.Immediate.NONE && !op.gives().isEmpty()) {
        ARITHMETIC.computeIfAbsent(op.gives().charAt(0), t -> new ArrayList<>()).add(op);
      }
    }
  }

  private Operands() {}

  /** Whether a NaN that comes out is made by it, so that its bits are not said by the standard. */
  static boolean makesNan(Op op) {
    String name = op.name();
    return (name.startsWith("f32.") || name.startsWith("f64."))
        && (name.matches("f..\\.(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest)")
            || name.equals("f32.demote_f64")
            || name.equals("f64.promote_f32"));
  }

  static boolean divides(Op op) {
    return op.name().matches("i..\\.(div|rem)_.");
  }

  /** Makes an integer of a number, and traps when there is none. */
  static boolean truncates(Op op) {
    return op.name().matches("i..\\.trunc_f.._.");
  }

  /** How many bytes an access reads or writes, as a power of two. */
  static int width(Op op) {
    String name = op.name().toLowerCase(Locale.ROOT);
    if (name.contains("8")) {
      return 0;
    }
    if (name.contains("16")) {
      return 1;
    }
    boolean part = name.contains("load32") || name.contains("store32");
    return part || name.startsWith("i32") || name.startsWith("f32") ? 2 : 3;
  }
}
