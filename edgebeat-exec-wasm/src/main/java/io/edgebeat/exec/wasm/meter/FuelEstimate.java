package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The base fuel of a module's exports: what the cheapest way through a function to its return
 * costs, with the cheapest ways through the functions it calls by name. No call that returns costs
 * less. Loops count as left at the first chance, calls through tables as the call alone, sizes of
 * bulk operations as 0.
 */
public final class FuelEstimate {
  private final ModuleOutline module;
  private final CostTable costs;
  private final long[] least;

  private FuelEstimate(ModuleOutline module, CostTable costs) {
    this.module = module;
    this.costs = costs;
    this.least = new long[module.functions.size()];
  }

  /**
   * Computes the base fuel of every exported function.
   *
   * @param module a module that an engine has validated
   * @param costs what instructions cost
   * @return units of fuel by the export's name; empty for a function that never returns
   */
  public static Map<String, OptionalLong> ofExports(byte[] module, CostTable costs) {
    ModuleOutline outline = ModuleOutline.read(module);
    List<FunctionCode> codes = new ArrayList<>(outline.bodies.size());
    for (int i = 0; i < outline.bodies.size(); i++) {
      codes.add(FunctionCode.read(outline, outline.importedFunctions + i));
    }
    FuelEstimate estimate = new FuelEstimate(outline, costs);
    estimate.price(CallGraph.of(outline, codes), codes);
    Map<String, OptionalLong> found = new TreeMap<>();
    for (ModuleOutline.Export export : outline.exports) {
      if (export.kind() == 0) {
        long fuel = estimate.least[export.index()];
        found.put(
            export.name(),
            fuel >= BlockGraph.INFINITE ? OptionalLong.empty() : OptionalLong.of(fuel));
      }
    }
    return found;
  }

  /** Called functions come before those that call them; within a circle of calls 0 is assumed. */
  private void price(CallGraph calls, List<FunctionCode> codes) {
    for (int i = 0; i < module.importedFunctions; i++) {
      least[i] = costs.ofHostCall();
    }
    for (int[] group : calls.groups) {
      for (int f : group) {
        int body = f - module.importedFunctions;
        if (body >= 0 && f < module.functions.size()) {
          BlockGraph graph = BlockGraph.of(codes.get(body));
          least[f] = graph.cheapestWay(blockCosts(codes.get(body), graph));
        }
      }
    }
  }

  private long[] blockCosts(FunctionCode code, BlockGraph graph) {
    long[] sums = new long[graph.size()];
    for (int block = 0; block < sums.length; block++) {
      for (int i = graph.first(block); i < graph.end(block); i++) {
        sums[block] += costs.of(code.ops[i]);
        if (code.opcode(i) == Instruction.CALL || code.opcode(i) == Instruction.RETURN_CALL) {
          sums[block] += least[code.a[i]];
        }
        sums[block] = Math.min(BlockGraph.INFINITE, sums[block]);
      }
    }
    return sums;
  }
}
