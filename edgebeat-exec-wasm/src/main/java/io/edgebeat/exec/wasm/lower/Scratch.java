package io.edgebeat.exec.wasm.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The locals that are added to a function, each made when it is first needed. */
final class Scratch {
  private final int first;
  private final List<Byte> types = new ArrayList<>();
  private final Map<Integer, Integer> slots = new HashMap<>();
  private final Map<Byte, List<Integer>> free = new HashMap<>();

  /**
   * Begins with none.
   *
   * @param first how many locals the function has of its own, parameters counted
   */
  Scratch(int first) {
    this.first = first;
  }

  /** The local of that type and number; always the same one, for values that are used at once. */
  int slot(byte type, int number) {
    return slots.computeIfAbsent((type << 16) | number, key -> add(type));
  }

  /** A local of its own, until it is given back. */
  int take(byte type) {
    List<Integer> unused = free.getOrDefault(type, List.of());
    return unused.isEmpty() ? add(type) : unused.removeLast();
  }

  void giveBack(byte type, int local) {
    free.computeIfAbsent(type, key -> new ArrayList<>()).add(local);
  }

  private int add(byte type) {
    types.add(type);
    return first + types.size() - 1;
  }

  int count() {
    return types.size();
  }

  void writeTo(Output out) {
    for (byte type : types) {
      out.u(1).op(type & 0xff);
    }
  }
}
