package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the things of the metered module are: types, functions and globals that are added stand
 * behind the guest's own, so that nothing of the guest's gets another index. A function that is
 * called differently inside of the module (with what is left of the stack as a further parameter,
 * and charged by its callers) leaves its index to a wrapper of its old type for all who do not
 * know: tables, exports, references.
 */
final class Layout {
  /** What has to be charged besides calls, sorted by who calls. */
  enum Slot {
    /** The function itself. */
    BODY,
    /** A wrapper for those who call through a table. */
    INDIRECT,
    /** A wrapper for the host, which calls with the whole stack left. */
    ENTRY
  }

  record Added(FunctionType type, Slot slot, int function) {}

  final ModuleOutline module;
  final StackDepth depth;
  final Prices prices;
  final CostTable costs;

  /** The index of the global that holds the fuel that is left. */
  final int fuel;

  /** The index of the global that hands over what is left of the stack to calls through tables. */
  final int stack;

  /** The index of the table through which the host is called when there is no fuel left. */
  final int more;

  /** Takes fuel that was used, and calls the host when none is left. */
  final int settle;

  /** Calls the host because what is left may not suffice for what is wanted; takes nothing. */
  final int reserve;

  /** Ends the guest because calls are nested too deeply. */
  final int tooDeep;

  /** Behind the guest's own functions and the three above. */
  final List<Added> added = new ArrayList<>();

  private final List<FunctionType> types;
  private final Map<FunctionType, Integer> typeIndex = new HashMap<>();
  private final Slot[] slots;
  private final int[] bodies;
  private final int[] entries;

  Layout(ModuleOutline module, StackDepth depth, Prices prices, CostTable costs) {
    this.module = module;
    this.depth = depth;
    this.prices = prices;
    this.costs = costs;
    this.fuel = module.globals;
    this.stack = module.globals + 1;
    int size = module.functions.size();
    this.more = module.tables;
    this.settle = size;
    this.reserve = size + 1;
    this.tooDeep = size + 2;
    this.types = new ArrayList<>(module.types);
    for (int i = types.size() - 1; i >= 0; i--) {
      typeIndex.put(types.get(i), i);
    }
    slots = new Slot[size];
    bodies = new int[size];
    entries = new int[size];
    java.util.BitSet outside = new java.util.BitSet();
    module.exports.stream().filter(e -> e.kind() == 0).forEach(e -> outside.set(e.index()));
    if (module.start >= 0) {
      outside.set(module.start);
    }
    for (int f = 0; f < size; f++) {
      place(f, outside.get(f));
    }
  }

  private void place(int f, boolean outside) {
    slots[f] = Slot.BODY;
    bodies[f] = f;
    entries[f] = f;
    boolean changed = depth.carries.get(f) || prices.inAdvance(f) > 0;
    if (f < module.importedFunctions || !changed) {
      return;
    }
    boolean indirect = module.referenced.get(f);
    if (indirect || outside) {
      slots[f] = indirect ? Slot.INDIRECT : Slot.ENTRY;
      bodies[f] = add(bodyType(f), Slot.BODY, f);
      if (indirect && outside && depth.carries.get(f)) {
        entries[f] = add(module.typeOf(f), Slot.ENTRY, f);
      }
    }
  }

  private int add(FunctionType type, Slot slot, int function) {
    added.add(new Added(type, slot, function));
    return tooDeep + added.size();
  }

  private FunctionType bodyType(int f) {
    FunctionType type = module.typeOf(f);
    return depth.carries.get(f) ? type.plus(FunctionType.I32) : type;
  }

  /** What stands at the index of one of the guest's own functions. */
  Slot slot(int function) {
    return slots[function];
  }

  FunctionType slotType(int function) {
    return slots[function] == Slot.BODY ? bodyType(function) : module.typeOf(function);
  }

  /** The index by which the code of the module calls a function. */
  int body(int function) {
    return bodies[function];
  }

  /** The index by which the host calls a function. */
  int entry(int function) {
    return entries[function];
  }

  int typeIndex(FunctionType type) {
    return typeIndex.computeIfAbsent(
        type,
        t -> {
          types.add(t);
          return types.size() - 1;
        });
  }

  /** Every type, the guest's own first. Complete when all functions have been written. */
  List<FunctionType> types() {
    return types;
  }
}
