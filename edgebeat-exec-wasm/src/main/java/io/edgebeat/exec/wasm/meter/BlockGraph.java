package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A function cut into blocks: runs of instructions that are executed together. Blocks are numbered
 * in the order of the code, so every edge leads to a higher number but those back to the head of a
 * loop.
 *
 * <p>What is charged where follows from one number per block, {@link #least}: what the block costs
 * and what must be spent behind it at least, up to the end of the function or the next
 * <em>anchor</em>. When a block begins, that much has been charged already. So an edge to the
 * cheapest successor is free, another is charged the difference, and in the end what was charged is
 * exactly what the executed instructions cost. Anchors (heads of loops, targets of jump tables and
 * of conditional branches that take values along) charge for themselves: nothing need be done on
 * edges to them.
 *
 * <p>A block from which the function cannot return is charged when it is entered.
 */
final class BlockGraph {
  /** The successor that is the end of the function. */
  static final int EXIT = -1;

  /** More than anything can cost. */
  static final long INFINITE = Long.MAX_VALUE / 4;

  /** How the edge to a successor is taken. */
  enum Edge {
    /** By going on to the next instruction. */
    FALL,
    /** By a branch that is always taken. */
    JUMP,
    /** By a branch that may be taken. */
    TAKEN,
    /** By one of several labels. */
    TABLE,
    /** By the condition of an if that has no else. */
    SKIP
  }

  private static final int DEAD = -2;

  private final FunctionCode code;

  /** The block that begins at an instruction, else {@link #DEAD}. */
  private final int[] blockAt;

  /** How many predecessors a block has. */
  private int[] predecessors = new int[16];

  private final List<int[]> successors = new ArrayList<>();
  private final List<Edge[]> kinds = new ArrayList<>();
  private final List<int[]> ranges = new ArrayList<>();
  private final BitSet anchors = new BitSet();
  private final BitSet heads = new BitSet();
  private long[] least = {};
  private long[] most = {};
  private long[] costs = {};
  private final BitSet neverReturns = new BitSet();

  private BlockGraph(FunctionCode code) {
    this.code = code;
    this.blockAt = new int[code.count + 1];
    Arrays.fill(blockAt, DEAD);
  }

  static BlockGraph of(FunctionCode code) {
    BlockGraph graph = new BlockGraph(code);
    graph.cut();
    return graph;
  }

  int size() {
    return ranges.size();
  }

  /** The block that begins at an instruction, or a negative number. */
  int blockAt(int instruction) {
    return blockAt[instruction];
  }

  int first(int block) {
    return ranges.get(block)[0];
  }

  /** Behind its last instruction. */
  int end(int block) {
    return ranges.get(block)[1];
  }

  int[] successors(int block) {
    return successors.get(block);
  }

  Edge[] kinds(int block) {
    return kinds.get(block);
  }

  boolean isAnchor(int block) {
    return anchors.get(block);
  }

  /** Whether a loop comes back to this block. */
  boolean isHead(int block) {
    return heads.get(block);
  }

  boolean hasLoops() {
    return !heads.isEmpty();
  }

  int predecessorsOf(int block) {
    return predecessors[block];
  }

  /** What a block costs. */
  long cost(int block) {
    return costs[block];
  }

  boolean hasOnePredecessor(int block) {
    return predecessors[block] == 1;
  }

  // ---- cutting ----

  private record Pending(int block, int slot, int instruction) {}

  private final List<Pending> pending = new ArrayList<>();

  /** Instructions that some branch goes to: the end of a block, or a loop. */
  private final BitSet targets = new BitSet();

  private int open = DEAD;

  private void cut() {
    BitSet live = findTargets();
    begin(0);
    for (int i = 0; i < code.count; i++) {
      int opcode = code.opcode(i);
      switch (opcode) {
        case Instruction.LOOP -> {
          if (open != DEAD && targets.get(i)) {
            close(i + 1, Edge.FALL, i + 1);
            begin(i + 1);
            heads.set(open);
            anchors.set(open);
          }
        }
        case Instruction.IF -> {
          if (open != DEAD) {
            int other = code.match[i];
            boolean hasElse = code.opcode(other) == Instruction.ELSE;
            close(
                i + 1,
                new Edge[] {Edge.FALL, hasElse ? Edge.TAKEN : Edge.SKIP},
                new int[] {i + 1, other + 1});
            begin(i + 1);
          }
        }
        case Instruction.ELSE -> {
          int end = code.match[i];
          if (open != DEAD) {
            close(i, Edge.JUMP, end + 1);
          }
          open = DEAD;
          if (live.get(i)) {
            begin(i + 1);
          }
        }
        case Instruction.END -> end(i, live);
        case Instruction.BR -> leave(i, Edge.JUMP, targetOf(code.a[i]));
        case Instruction.BR_IF -> {
          if (open != DEAD) {
            close(
                i + 1, new Edge[] {Edge.FALL, Edge.TAKEN}, new int[] {i + 1, targetOf(code.a[i])});
            begin(i + 1);
          }
        }
        case Instruction.BR_TABLE -> {
          if (open != DEAD) {
            int[] all =
                Arrays.stream(code.targets[i]).map(this::targetOf).sorted().distinct().toArray();
            Edge[] edges = new Edge[all.length];
            Arrays.fill(edges, Edge.TABLE);
            close(i + 1, edges, all);
            open = DEAD;
          }
        }
        case Instruction.RETURN, Instruction.RETURN_CALL, Instruction.RETURN_CALL_INDIRECT ->
            leave(i, Edge.JUMP, code.count);
        case Instruction.UNREACHABLE -> {
          if (open != DEAD) {
            close(i + 1, new Edge[0], new int[0]);
            open = DEAD;
          }
        }
        default -> {
          // goes on
        }
      }
    }
    connect();
  }

  private void end(int i, BitSet live) {
    int opener = code.a[i];
    if (opener == FunctionCode.OUTERMOST) {
      if (open != DEAD) {
        close(i, Edge.FALL, code.count);
      }
      open = DEAD;
      return;
    }
    boolean joins = live.get(i);
    if (open != DEAD && joins) {
      close(i, Edge.FALL, i + 1);
    }
    if (joins) {
      begin(i + 1);
    }
  }

  /**
   * Marks where branches lead, and finds which ends and elses are reached otherwise than from the
   * instruction before.
   */
  private BitSet findTargets() {
    BitSet live = new BitSet();
    boolean reached = true;
    for (int i = 0; i < code.count; i++) {
      switch (code.opcode(i)) {
        case Instruction.IF -> {
          if (reached) {
            live.set(code.match[i]); // the else, or the end where there is none
          }
        }
        case Instruction.ELSE -> {
          if (reached) {
            live.set(code.match[i]);
          }
          reached = live.get(i);
        }
        case Instruction.END -> reached |= live.get(i);
        case Instruction.BR, Instruction.BR_IF -> {
          if (reached) {
            mark(code.a[i], live);
          }
          reached &= code.opcode(i) == Instruction.BR_IF;
        }
        case Instruction.BR_TABLE -> {
          if (reached) {
            for (int opener : code.targets[i]) {
              mark(opener, live);
            }
          }
          reached = false;
        }
        case Instruction.RETURN,
            Instruction.RETURN_CALL,
            Instruction.RETURN_CALL_INDIRECT,
            Instruction.UNREACHABLE ->
            reached = false;
        default -> {
          // goes on
        }
      }
    }
    return live;
  }

  private void mark(int opener, BitSet live) {
    if (opener != FunctionCode.OUTERMOST) {
      if (code.opcode(opener) == Instruction.LOOP) {
        targets.set(opener);
      } else {
        live.set(code.endOf(opener));
      }
    }
  }

  /** The instruction that a branch goes to. */
  private int targetOf(int opener) {
    if (opener == FunctionCode.OUTERMOST) {
      return code.count;
    }
    return (code.opcode(opener) == Instruction.LOOP ? opener : code.endOf(opener)) + 1;
  }

  private void begin(int instruction) {
    open = ranges.size();
    ranges.add(new int[] {instruction, instruction});
    successors.add(new int[0]);
    kinds.add(new Edge[0]);
    blockAt[instruction] = open;
  }

  private void leave(int i, Edge kind, int target) {
    if (open != DEAD) {
      close(i + 1, kind, target);
      open = DEAD;
    }
  }

  private void close(int end, Edge kind, int target) {
    close(end, new Edge[] {kind}, new int[] {target});
  }

  private void close(int end, Edge[] edges, int[] instructions) {
    ranges.get(open)[1] = end;
    kinds.set(open, edges);
    successors.set(open, instructions.clone());
    for (int slot = 0; slot < instructions.length; slot++) {
      pending.add(new Pending(open, slot, instructions[slot]));
    }
  }

  private void connect() {
    predecessors = new int[size()];
    for (Pending edge : pending) {
      int target = edge.instruction == code.count ? EXIT : blockAt[edge.instruction];
      successors.get(edge.block)[edge.slot] = target;
      if (target >= 0) {
        predecessors[target]++;
        Edge kind = kinds.get(edge.block)[edge.slot];
        int last = ranges.get(edge.block)[1] - 1;
        if (kind == Edge.TABLE
            || (kind == Edge.TAKEN
                && code.opcode(last) == Instruction.BR_IF
                && !code.labelTypes(code.a[last]).isEmpty())) {
          anchors.set(target);
        }
      }
    }
    pending.clear();
  }

  // ---- prices ----

  /**
   * Computes what is charged.
   *
   * @param costs what each block costs, {@link #INFINITE} where that is not known
   */
  void price(long[] costs) {
    least = new long[size()];
    most = new long[size()];
    for (int block = size() - 1; block >= 0; block--) {
      long rest = INFINITE;
      long dearest = 0;
      for (int next : successors(block)) {
        rest = Math.min(rest, next == EXIT || isAnchor(next) ? 0 : leastOrNever(next));
        dearest = Math.max(dearest, next == EXIT || next <= block ? 0 : most[next]);
      }
      neverReturns.set(block, rest >= INFINITE);
      least[block] = Math.min(INFINITE, costs[block] + (rest >= INFINITE ? 0 : rest));
      most[block] = Math.min(INFINITE, costs[block] + dearest);
    }
    this.costs = costs.clone();
  }

  /**
   * What the cheapest way from the beginning to the end costs, {@link #INFINITE} when there is
   * none.
   *
   * @param blockCosts what each block costs
   */
  long cheapestWay(long[] blockCosts) {
    long[] ways = new long[size()];
    for (int block = size() - 1; block >= 0; block--) {
      long rest = INFINITE;
      for (int next : successors(block)) {
        if (next == EXIT || next > block) {
          // The cheapest way enters no block twice, so it takes no branch backwards.
          rest = Math.min(rest, next == EXIT ? 0 : ways[next]);
        }
      }
      ways[block] = Math.min(INFINITE, blockCosts[block] + rest);
    }
    return ways[0];
  }

  private long leastOrNever(int block) {
    return neverReturns.get(block) ? INFINITE : least[block];
  }

  /** What has been charged for a block and what is behind it when it begins. */
  long least(int block) {
    return least[block];
  }

  /** The dearest way from the beginning to the end, in a function without loops. */
  long most() {
    return most[0];
  }

  /** What an edge is charged. */
  long charge(int block, int successor) {
    if (successor == EXIT || isAnchor(successor)) {
      return 0; // the rest behind the block is 0, or it has another, cheaper successor
    }
    return Math.max(0, least[successor] - (least[block] - costs[block]));
  }
}
