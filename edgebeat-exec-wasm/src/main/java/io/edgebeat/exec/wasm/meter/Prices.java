package io.edgebeat.exec.wasm.meter;

import java.util.BitSet;
import java.util.List;

/**
 * What functions and their blocks cost. The least that a function costs is charged by those who
 * call it by name, together with their own block; so a short function that takes its cheapest way
 * charges nothing itself.
 */
final class Prices {
  /**
   * The most that a caller charges for a function in advance: about a hundred calls' worth. What a
   * function costs that traps has then been charged for no more than that.
   */
  static final int MOST_IN_ADVANCE = 4_000;

  /**
   * The most that a function may cost whose callers need not settle before they call it. It adds to
   * what may be used without being charged, beside {@link FunctionMeter#SETTLE_ABOVE}.
   */
  static final int MOST_QUIET = 8_000;

  private final ModuleOutline module;
  private final CallGraph calls;
  private final StackDepth depth;
  private final CostTable costs;
  private final long[] inAdvance;
  private final long[] most;

  /** Functions that cost little whichever way they take: their callers need not settle before. */
  final BitSet quiet = new BitSet();

  private Prices(ModuleOutline module, CallGraph calls, StackDepth depth, CostTable costs) {
    this.module = module;
    this.calls = calls;
    this.depth = depth;
    this.costs = costs;
    this.inAdvance = new long[module.functions.size()];
    this.most = new long[module.functions.size()];
  }

  /** Prices every block of every function. */
  static Prices of(
      ModuleOutline module,
      CallGraph calls,
      StackDepth depth,
      List<FunctionCode> codes,
      List<BlockGraph> graphs,
      CostTable costs) {
    Prices prices = new Prices(module, calls, depth, costs);
    for (int[] group : calls.groups) {
      // First without the calls inside of the group, whose price depends on itself.
      for (int f : group) {
        int body = f - module.importedFunctions;
        if (body >= 0 && f < module.functions.size() && calls.called.get(f)) {
          BlockGraph graph = graphs.get(body);
          graph.price(prices.blockCosts(codes.get(body), graph, true));
          long least = graph.least(0);
          prices.inAdvance[f] = least > MOST_IN_ADVANCE ? 0 : least;
        }
      }
      if (!prices.priceGroup(group, codes, graphs)) {
        // A way through another member is cheaper than the cheapest without one: all pay for
        // themselves, so that nothing is ever given back.
        for (int f : group) {
          if (f < prices.inAdvance.length) {
            prices.inAdvance[f] = 0;
          }
        }
        prices.priceGroup(group, codes, graphs);
      }
    }
    return prices;
  }

  /** Prices the blocks of all members; says whether none costs less than what callers pay. */
  private boolean priceGroup(int[] group, List<FunctionCode> codes, List<BlockGraph> graphs) {
    boolean fits = true;
    for (int f : group) {
      int body = f - module.importedFunctions;
      if (body >= 0 && f < module.functions.size()) {
        BlockGraph graph = graphs.get(body);
        graph.price(blockCosts(codes.get(body), graph, false));
        fits &= graph.least(0) >= inAdvance[f];
        settleQuiet(f, codes.get(body), graph);
      }
    }
    return fits;
  }

  private void settleQuiet(int function, FunctionCode code, BlockGraph graph) {
    if (graph.hasLoops() || calls.recursive.get(function) || depth.carries.get(function)) {
      return;
    }
    long below = 0;
    for (int i = 0; i < code.count; i++) {
      Instruction op = code.ops[i];
      switch (op.opcode()) {
        case Instruction.CALL -> {
          if (!quiet.get(code.a[i])) {
            return;
          }
          below += most[code.a[i]];
        }
        case Instruction.CALL_INDIRECT,
            Instruction.RETURN_CALL,
            Instruction.RETURN_CALL_INDIRECT -> {
          return;
        }
        default -> {
          if (op.pricedBySize()) {
            return;
          }
        }
      }
    }
    long all = graph.most() + below;
    if (all <= MOST_QUIET) {
      most[function] = all;
      quiet.set(function);
    }
  }

  private long[] blockCosts(FunctionCode code, BlockGraph graph, boolean groupUnknown) {
    long[] sums = new long[graph.size()];
    for (int block = 0; block < sums.length; block++) {
      long sum = 0;
      for (int i = graph.first(block); i < graph.end(block); i++) {
        sum += costs.of(code.ops[i]);
        if (code.opcode(i) == Instruction.CALL || code.opcode(i) == Instruction.RETURN_CALL) {
          int callee = code.a[i];
          if (callee < module.importedFunctions) {
            sum += costs.ofHostCall();
          } else if (groupUnknown && calls.sameGroup(code.function, callee)) {
            sum = BlockGraph.INFINITE;
            break;
          } else {
            sum += inAdvance[callee];
          }
        }
      }
      sums[block] = sum;
    }
    return sums;
  }

  /** What callers charge for a function before they call it by name. */
  long inAdvance(int function) {
    return inAdvance[function];
  }
}
