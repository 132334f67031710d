package io.edgebeat.exec.wasm.lower;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds which functions an exception can leave. Only calls of those are followed by a look at the
 * pending exception, so the rest of a module costs nothing.
 */
final class ThrowAnalysis {

  /** A {@code try} of the older proposal, whose end is known before its body is written again. */
  static final class Try {
    /** The label an exception is handed to, or -1. */
    int delegate = -1;

    boolean catches;
    boolean rethrown;
  }

  /** What one body does; its tries in the order in which they open. */
  static final class Facts {
    final List<Try> tries = new ArrayList<>();
    final Set<Integer> callees = new HashSet<>();
    final Set<Signature> indirect = new HashSet<>();
    boolean handles;
    boolean throwing;
  }

  private final SourceModule module;
  private final List<Facts> facts = new ArrayList<>();
  private final boolean[] mayThrow;
  private final Set<Signature> throwingReferences = new HashSet<>();

  ThrowAnalysis(SourceModule module) {
    this.module = module;
    this.mayThrow = new boolean[module.functions.size()];
    for (Input body : module.bodies) {
      facts.add(scan(body));
    }
    spread();
  }

  Facts facts(int body) {
    return facts.get(body);
  }

  boolean mayThrow(int function) {
    return function < mayThrow.length && mayThrow[function];
  }

  /** Whether any function of that form which a table may hold can throw. */
  boolean mayThrow(Signature called) {
    return throwingReferences.contains(called);
  }

  boolean any() {
    for (Facts one : facts) {
      if (one.handles || one.throwing) {
        return true;
      }
    }
    return false;
  }

  private Facts scan(Input body) {
    Facts found = new Facts();
    Input in = body.copy();
    for (int groups = in.index(); groups > 0; groups--) {
      in.u64();
      in.u8();
    }
    List<Integer> labels = new ArrayList<>();
    labels.add(-1);
    Instructions code = new Instructions(in);
    while (code.hasMore() && !labels.isEmpty()) {
      code.next();
      switch (code.opcode()) {
        case Instructions.BLOCK, Instructions.LOOP, Instructions.IF -> labels.add(-1);
        case Instructions.TRY_TABLE -> {
          labels.add(-1);
          found.handles = true;
        }
        case Instructions.TRY -> {
          labels.add(found.tries.size());
          found.tries.add(new Try());
          found.handles = true;
        }
        case Instructions.CATCH, Instructions.CATCH_ALL ->
            tryAt(found, labels, 0, code).catches = true;
        case Instructions.DELEGATE -> {
          tryAt(found, labels, 0, code).delegate = code.firstIndex();
          labels.removeLast();
        }
        case Instructions.RETHROW -> {
          tryAt(found, labels, code.firstIndex(), code).rethrown = true;
          found.throwing = true;
        }
        case Instructions.THROW -> found.throwing = true;
        case Instructions.END -> labels.removeLast();
        case Instructions.CALL, Instructions.RETURN_CALL -> found.callees.add(code.firstIndex());
        case Instructions.CALL_INDIRECT, Instructions.RETURN_CALL_INDIRECT ->
            found.indirect.add(type(code));
        case Instructions.REF_FUNC -> module.referenced.add(code.firstIndex());
        default -> {}
      }
    }
    return found;
  }

  private Signature type(Instructions code) {
    if (code.firstIndex() >= module.types.size()) {
      throw Input.bad("unknown type " + code.firstIndex() + " at offset " + code.start());
    }
    return module.types.get(code.firstIndex());
  }

  private static Try tryAt(Facts found, List<Integer> labels, int depth, Instructions code) {
    int at = labels.size() - 1 - depth;
    int number = at < 0 ? -1 : labels.get(at);
    if (number < 0) {
      throw Input.bad("the instruction at offset " + code.start() + " belongs to no try");
    }
    return found.tries.get(number);
  }

  private void spread() {
    Map<Integer, List<Integer>> callers = new HashMap<>();
    Map<Signature, List<Integer>> indirectCallers = new HashMap<>();
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < facts.size(); i++) {
      int function = module.imports + i;
      for (int callee : facts.get(i).callees) {
        callers.computeIfAbsent(callee, key -> new ArrayList<>()).add(function);
      }
      for (Signature form : facts.get(i).indirect) {
        indirectCallers.computeIfAbsent(form, key -> new ArrayList<>()).add(function);
      }
      if (facts.get(i).throwing) {
        mark(function, open);
      }
    }
    while (!open.isEmpty()) {
      int function = open.remove();
      callers.getOrDefault(function, List.of()).forEach(caller -> mark(caller, open));
      if (module.referenced.contains(function)
          && throwingReferences.add(module.signature(function))) {
        indirectCallers
            .getOrDefault(module.signature(function), List.of())
            .forEach(caller -> mark(caller, open));
      }
    }
  }

  private void mark(int function, Deque<Integer> open) {
    if (!mayThrow[function]) {
      mayThrow[function] = true;
      open.add(function);
    }
  }
}
