package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who may call whom. A call through a table may reach every function of its type that can get into
 * a table: each such type is a node of its own, behind those of the functions.
 */
final class CallGraph {
  private final int[][] callees;

  /** Functions that some function calls by name. */
  final BitSet called = new BitSet();

  /** Nodes in groups of those that can all reach one another; callees come before callers. */
  final List<int[]> groups = new ArrayList<>();

  /** Nodes that can reach themselves. */
  final BitSet recursive = new BitSet();

  private final int[] groupOf;

  private CallGraph(int[][] callees) {
    this.callees = callees;
    this.groupOf = new int[callees.length];
  }

  static CallGraph of(ModuleOutline module, List<FunctionCode> codes) {
    int functions = module.functions.size();
    Map<FunctionType, Integer> typeNodes = new HashMap<>();
    for (FunctionType type : module.types) {
      typeNodes.putIfAbsent(type, functions + typeNodes.size());
    }
    BitSet[] sets = new BitSet[functions + typeNodes.size()];
    Arrays.setAll(sets, i -> new BitSet());
    BitSet called = new BitSet();
    for (FunctionCode code : codes) {
      BitSet set = sets[code.function];
      for (int i = 0; i < code.count; i++) {
        switch (code.opcode(i)) {
          case Instruction.CALL, Instruction.RETURN_CALL -> {
            set.set(code.a[i]);
            called.set(code.a[i]);
          }
          case Instruction.CALL_INDIRECT, Instruction.RETURN_CALL_INDIRECT ->
              set.set(node(typeNodes, module.types.get(code.a[i])));
          case Instruction.REF_FUNC -> module.referenced.set(code.a[i]);
          default -> {
            // calls nothing
          }
        }
      }
    }
    for (int f = module.referenced.nextSetBit(0); f >= 0; f = module.referenced.nextSetBit(f + 1)) {
      sets[node(typeNodes, module.typeOf(f))].set(f);
    }
    CallGraph graph =
        new CallGraph(Arrays.stream(sets).map(s -> s.stream().toArray()).toArray(int[][]::new));
    graph.called.or(called);
    graph.group();
    return graph;
  }

  private static int node(Map<FunctionType, Integer> nodes, FunctionType type) {
    return Objects.requireNonNull(nodes.get(type));
  }

  int[] callees(int node) {
    return callees[node];
  }

  boolean sameGroup(int a, int b) {
    return groupOf[a] == groupOf[b];
  }

  /**
   * Tarjan's algorithm without recursion: chains of calls can be as long as there are functions.
   */
  private void group() {
    int size = callees.length;
    int[] number = new int[size];
    int[] lowest = new int[size];
    int[] next = new int[size];
    int[] waiting = new int[size];
    int waitingSize = 0;
    int[] path = new int[size];
    BitSet isWaiting = new BitSet();
    int numbers = 0;
    for (int root = 0; root < size; root++) {
      if (number[root] != 0) {
        continue;
      }
      int depth = 0;
      path[depth++] = root;
      while (depth > 0) {
        int node = path[depth - 1];
        if (number[node] == 0) {
          number[node] = ++numbers;
          lowest[node] = numbers;
          waiting[waitingSize++] = node;
          isWaiting.set(node);
        }
        if (next[node] < callees[node].length) {
          int callee = callees[node][next[node]++];
          if (number[callee] == 0) {
            path[depth++] = callee;
          } else if (isWaiting.get(callee)) {
            lowest[node] = Math.min(lowest[node], number[callee]);
          }
          continue;
        }
        depth--;
        if (depth > 0) {
          lowest[path[depth - 1]] = Math.min(lowest[path[depth - 1]], lowest[node]);
        }
        if (lowest[node] == number[node]) {
          int from = waitingSize;
          do {
            waitingSize--;
            isWaiting.clear(waiting[waitingSize]);
            groupOf[waiting[waitingSize]] = groups.size();
          } while (waiting[waitingSize] != node);
          int[] members = Arrays.copyOfRange(waiting, waitingSize, from);
          boolean cycle = members.length > 1 || Arrays.binarySearch(callees[node], node) >= 0;
          for (int member : members) {
            recursive.set(member, cycle);
          }
          groups.add(members);
        }
      }
    }
  }
}
