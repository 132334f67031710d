package io.edgebeat.exec.wasm.meter;

import org.jspecify.annotations.Nullable;

/**
 * A loop that is left at one place only, when a local that changes by the same step each turn has
 * reached a bound: how many turns are left is known before they begin. Such a loop is cut into
 * pieces of a limited number of turns, each charged in advance, so that the turns themselves pay
 * nothing.
 *
 * @param loop the instruction that opens it
 * @param branch the conditional branch back
 * @param bound the instruction that pushes the bound, or -1 when the local is compared with zero
 * @param local the local that changes
 * @param step by how much
 * @param turns how many turns a piece has at most
 * @param fixed whether that is always how many there are
 */
record CountedLoop(int loop, int branch, int bound, int local, int step, int turns, boolean fixed) {
  /**
   * Above this price of one turn, looking at the counter in each is cheaper than cutting: by table
   * 1 about what eight nanoseconds of work cost, of which one look is a twentieth.
   */
  private static final int MOST_CUT = 480;

  /**
   * With it a piece cannot step over the bound by going around all numbers of 32 bits: a turn costs
   * two units at least, so a piece has 2^17 turns at most.
   */
  private static final int MOST_STEP = 1 << 14;

  /**
   * Looks whether a loop is one.
   *
   * @param head the block at its beginning
   * @return the loop, or null
   */
  static @Nullable CountedLoop find(FunctionCode code, BlockGraph graph, int head) {
    int loop = graph.first(head) - 1;
    FunctionType type = code.blockTypes[loop];
    if (!type.parameters().isEmpty()
        || !type.results().isEmpty()
        || graph.predecessorsOf(head) != 2) {
      return null;
    }
    int branch = lastBranch(code, loop);
    if (branch < 0) {
      return null;
    }
    long cost = 0;
    for (int block = head; block < graph.size() && graph.first(block) <= branch; block++) {
      cost += graph.cost(block);
    }
    int most = (int) Math.max(1, FunctionMeter.SETTLE_ABOVE / Math.max(1, cost));
    return code.opcode(branch) == Instruction.BR
        ? leftInTheMiddle(code, graph, loop, branch, most)
        : leftAtTheEnd(code, graph, loop, branch, most, cost <= MOST_CUT);
  }

  /** One whose last instruction leads back on a condition. */
  private static @Nullable CountedLoop leftAtTheEnd(
      FunctionCode code, BlockGraph graph, int loop, int branch, int most, boolean mayCut) {
    int bound = -1;
    int read = branch - 1; // what pushes the local
    if (code.opcode(branch - 1) == Instruction.I32_NE) {
      bound = branch - 2;
      read = branch - 3;
    }
    if (read <= loop) {
      return null;
    }
    int local = code.a[read];
    int change = read;
    if (code.opcode(read) == Instruction.LOCAL_GET) {
      change = lastSet(code, loop, read, local);
    } else if (code.opcode(read) != Instruction.LOCAL_TEE) {
      return null;
    }
    if (!isStep(code, loop, change, local) || lastSet(code, loop, change, local) >= 0) {
      return null;
    }
    if (bound >= 0 && !isConstant(code, loop, branch, bound)) {
      return null;
    }
    int step = code.a[change - 2];
    int known = knownSteps(code, graph, loop, local, step, boundOf(code, bound));
    if (known > 0 && known <= most) {
      return new CountedLoop(loop, branch, bound, local, step, known, true);
    }
    return mayCut ? new CountedLoop(loop, branch, bound, local, step, most, false) : null;
  }

  /** One that goes back always and is left in its middle: {@code get i, eqz, br_if}. */
  private static @Nullable CountedLoop leftInTheMiddle(
      FunctionCode code, BlockGraph graph, int loop, int branch, int most) {
    int exit = -1;
    int depth = 0;
    for (int i = loop + 1; i < branch; i++) {
      switch (code.opcode(i)) {
        case Instruction.BLOCK, Instruction.IF -> depth++;
        case Instruction.END -> depth--;
        case Instruction.BR_IF -> {
          if (code.a[i] < loop) {
            if (exit >= 0 || depth != 0) {
              return null;
            }
            exit = i;
          }
        }
        default -> {
          // stays
        }
      }
    }
    if (exit < loop + 3 || depth != 0) {
      return null;
    }
    int read = exit - 2;
    int bound = -1;
    if (code.opcode(exit - 1) == Instruction.I32_EQ) {
      bound = read--;
    } else if (code.opcode(exit - 1) != Instruction.I32_EQZ) {
      return null;
    }
    int opcode = read > loop ? code.opcode(read) : 0;
    if (opcode != Instruction.LOCAL_GET && opcode != Instruction.LOCAL_TEE) {
      return null;
    }
    int local = code.a[read];
    int change = lastSet(code, loop, branch, local);
    if (!isStep(code, loop, change, local) || lastSet(code, loop, change, local) >= 0) {
      return null;
    }
    int step = code.a[change - 2];
    Integer to = boundOf(code, bound);
    if (to != null && change > exit) {
      // The test comes before the step: one more turn begins.
      to += step;
    }
    int known = knownSteps(code, graph, loop, local, step, to);
    return known > 0 && known <= most
        ? new CountedLoop(loop, branch, -1, local, step, known, true)
        : null;
  }

  private static @Nullable Integer boundOf(FunctionCode code, int bound) {
    if (bound < 0) {
      return 0;
    }
    return code.opcode(bound) == Instruction.I32_CONST ? code.a[bound] : null;
  }

  /** How many turns there are, when the local begins with a constant; 0 when that is not known. */
  private static int knownSteps(
      FunctionCode code, BlockGraph graph, int loop, int local, int step, @Nullable Integer to) {
    if (to == null) {
      return 0;
    }
    for (int i = loop - 1; i > 0; i--) {
      int opcode = code.opcode(i);
      if ((opcode == Instruction.LOCAL_SET || opcode == Instruction.LOCAL_TEE)
          && code.a[i] == local) {
        if (code.opcode(i - 1) != Instruction.I32_CONST) {
          return 0;
        }
        long turns = ((long) to - code.a[i - 1]) / step;
        boolean meets = code.a[i - 1] + turns * step == to;
        return meets && turns > 0 && turns <= Integer.MAX_VALUE ? (int) turns : 0;
      }
      if (graph.blockAt(i) >= 0) {
        return 0;
      }
    }
    return 0;
  }

  /**
   * The branch back, on a condition or without. When it has none, one branch before it may leave
   * the loop; otherwise nothing but it may. Nothing may call or repeat.
   */
  private static int lastBranch(FunctionCode code, int loop) {
    boolean leaves = false;
    for (int i = loop + 1; i < code.count; i++) {
      switch (code.opcode(i)) {
        case Instruction.BR_IF -> {
          if (code.a[i] == loop) {
            return code.match[i] == 0 && !leaves ? i : -1;
          }
          leaves |= code.a[i] < loop;
        }
        case Instruction.BR -> {
          if (code.a[i] == loop) {
            return code.match[i] == 0 ? i : -1;
          }
          if (code.a[i] < loop) {
            return -1;
          }
        }
        case Instruction.END -> {
          if (code.a[i] == loop) {
            return -1;
          }
        }
        case Instruction.LOOP,
            Instruction.BR_TABLE,
            Instruction.RETURN,
            Instruction.UNREACHABLE,
            Instruction.CALL,
            Instruction.CALL_INDIRECT,
            Instruction.RETURN_CALL,
            Instruction.RETURN_CALL_INDIRECT -> {
          return -1;
        }
        default -> {
          if (code.ops[i].pricedBySize()) {
            return -1;
          }
        }
      }
    }
    return -1;
  }

  /** The last instruction in a loop and before another that sets a local, or -1. */
  private static int lastSet(FunctionCode code, int loop, int before, int local) {
    for (int i = before - 1; i > loop; i--) {
      int opcode = code.opcode(i);
      if ((opcode == Instruction.LOCAL_SET || opcode == Instruction.LOCAL_TEE)
          && code.a[i] == local) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a local is changed by a constant at an instruction that every turn comes to. */
  private static boolean isStep(FunctionCode code, int loop, int change, int local) {
    if (change - 3 <= loop
        || code.opcode(change - 1) != Instruction.I32_ADD
        || code.opcode(change - 2) != Instruction.I32_CONST
        || code.opcode(change - 3) != Instruction.LOCAL_GET
        || code.a[change - 3] != local
        || code.a[change - 2] == 0
        || Math.abs((long) code.a[change - 2]) > MOST_STEP) {
      return false;
    }
    int depth = 0;
    for (int i = loop + 1; i < change; i++) {
      switch (code.opcode(i)) {
        case Instruction.BLOCK, Instruction.IF -> depth++;
        case Instruction.END -> depth--;
        default -> {
          // stays
        }
      }
    }
    return depth == 0;
  }

  private static boolean isConstant(FunctionCode code, int loop, int branch, int bound) {
    return switch (code.opcode(bound)) {
      case Instruction.I32_CONST -> true;
      case Instruction.LOCAL_GET -> lastSet(code, loop, branch, code.a[bound]) < 0;
      default -> false;
    };
  }
}
