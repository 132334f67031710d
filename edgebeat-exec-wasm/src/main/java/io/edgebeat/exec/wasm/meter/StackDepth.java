package io.edgebeat.exec.wasm.meter;

import java.util.BitSet;
import java.util.List;

/**
 * Which functions must watch how deep calls are nested. Every frame weighs what it holds, in slots
 * of 8 bytes. Functions that can reach themselves, and those at the top of chains of calls that are
 * heavy, <em>watch</em>: they end the guest before their next call when nothing is left. Functions
 * that can reach one that watches <em>carry</em> what is left, as a parameter behind their own. All
 * others are only on chains whose weight is bounded, and pay nothing.
 */
final class StackDepth {
  /** What a frame weighs besides its values. */
  private static final int FRAME = 24;

  /** What the engine needs between a call through a table and the function it reaches. */
  private static final int INDIRECT = 40;

  /** Code so long that engines may interpret it, which takes more of the stack. */
  private static final int LONG_CODE = 8_000;

  private static final int INTERPRETED = 200;

  /** The weight that may hang below a function that does not watch. */
  private static final int MOST_UNWATCHED = 20_000;

  final BitSet watches = new BitSet();
  final BitSet carries = new BitSet();
  private final int[] weights;

  private StackDepth(int size) {
    weights = new int[size];
  }

  static StackDepth of(
      ModuleOutline module, CallGraph graph, List<FunctionCode> codes, int[] highest) {
    StackDepth depth = new StackDepth(module.functions.size());
    for (FunctionCode code : codes) {
      int f = code.function;
      depth.weights[f] =
          FRAME
              + code.locals.length()
              + highest[f - module.importedFunctions]
              + (code.start(code.count) - code.from > LONG_CODE ? INTERPRETED : 0);
    }
    int[] below = new int[module.functions.size() + module.types.size()];
    for (int[] group : graph.groups) {
      for (int node : group) {
        depth.visit(module, graph, node, below);
      }
    }
    return depth;
  }

  private void visit(ModuleOutline module, CallGraph graph, int node, int[] below) {
    boolean isFunction = node < module.functions.size();
    if (isFunction && node < module.importedFunctions) {
      return;
    }
    if (graph.recursive.get(node)) {
      if (isFunction) {
        watches.set(node);
      }
      carries.set(node);
      return;
    }
    int heaviest = 0;
    for (int callee : graph.callees(node)) {
      heaviest = Math.max(heaviest, below[callee]);
      if (carries.get(callee)) {
        carries.set(node);
      }
    }
    below[node] = heaviest + (isFunction ? weights[node] : INDIRECT);
    if (isFunction && below[node] > MOST_UNWATCHED) {
      watches.set(node);
      carries.set(node);
      below[node] = 0;
    }
  }

  /** What one frame of a function weighs. */
  int weight(int function) {
    return weights[function];
  }

  /** What a frame weighs that calls through a table. */
  int indirectWeight(int function) {
    return weights[function] + INDIRECT;
  }
}
