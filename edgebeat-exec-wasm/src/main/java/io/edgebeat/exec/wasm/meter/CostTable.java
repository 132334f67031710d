package io.edgebeat.exec.wasm.meter;

import io.edgebeat.exec.wasm.wasi.Work;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A value: what each instruction costs, in units of fuel. Published: {@code costs-1.txt} beside
 * this class. A table never changes; another one has another version.
 *
 * <p>Threads: immutable.
 */
public final class CostTable {
  /** The newest table. */
  public static final CostTable CURRENT = read(1);

  private static final int SHIFT = 10;

  private final int version;
  private final Map<String, Integer> costs;
  private final Map<Integer, Integer> byOpcode = new HashMap<>();

  private CostTable(int version, Map<String, Integer> costs) {
    this.version = version;
    this.costs = Map.copyOf(costs);
    for (Instruction instruction : Instruction.all()) {
      byOpcode.put(instruction.opcode(), of(instruction.costClass()));
    }
  }

  private static CostTable read(int version) {
    Map<String, Integer> costs = new TreeMap<>();
    for (String line : Resource.lines("costs-" + version + ".txt")) {
      int space = line.indexOf(' ');
      costs.put(line.substring(0, space), Integer.parseInt(line.substring(space + 1)));
    }
    return new CostTable(version, costs);
  }

  /**
   * A table of one's own, to measure with.
   *
   * @param changed prices that differ from {@link #CURRENT}, by class
   * @return the table, whose version is 0
   */
  public static CostTable trial(Map<String, Integer> changed) {
    Map<String, Integer> costs = new TreeMap<>(CURRENT.costs);
    costs.putAll(changed);
    return new CostTable(0, costs);
  }

  /** Which table this is. */
  public int version() {
    return version;
  }

  /** Every class and its price. */
  public Map<String, Integer> prices() {
    return new TreeMap<>(costs);
  }

  private int of(String name) {
    Integer cost = costs.get(name);
    if (cost == null) {
      throw new IllegalStateException("table " + version + " of costs has no price of " + name);
    }
    return cost;
  }

  /** What an instruction costs, its size apart. */
  int of(Instruction instruction) {
    return byOpcode.getOrDefault(instruction.opcode(), 0);
  }

  /** What 2^{@link #sizeShift()} units of an instruction's size cost. */
  int ofSize(Instruction instruction) {
    return of(instruction.costClass() + "-per-1024");
  }

  static int sizeShift() {
    return SHIFT;
  }

  /** What every call of a function of the host costs besides the call. */
  public int ofHostCall() {
    return of("host-call");
  }

  /**
   * What is charged for work that the host does for its guest, a call apart, which the guest's own
   * code charges.
   *
   * @param work which
   * @param amount how much of it, not negative
   */
  public long ofHost(Work work, long amount) {
    return switch (work) {
      case CALL -> 0;
      case BYTE -> amount * of("host-byte");
      case RANDOM_BYTE -> amount * of("host-random-byte");
      case STEP -> amount * of("host-step");
    };
  }

  /** How deep calls can nest: the sum of the weights of the frames, in slots of 8 bytes. */
  int stackSlots() {
    return of("stack-slots");
  }
}
