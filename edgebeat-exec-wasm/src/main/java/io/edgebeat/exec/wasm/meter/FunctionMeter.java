package io.edgebeat.exec.wasm.meter;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites one function. What it has used and not yet told lies in a local variable; the hidden
 * global is changed only before calls of functions that are not quiet, when the function ends, and
 * in loops when much has come together. Where nothing can be in the local there is no code for it.
 *
 * <p>Unless it is settled, {@code ahead} is what has been charged since the local was last written:
 * known now, and written where ways part.
 */
final class FunctionMeter {
  /**
   * A loop settles when this much has come together: by the prices of table 1 a few microseconds,
   * so that settling costs nothing and a guest that is to end hears of it soon.
   */
  static final int SETTLE_ABOVE = 1 << 18;

  private static final int EMPTY = 0x40;

  private final Layout layout;
  private final FunctionCode code;
  private final BlockGraph graph;
  private final BitSet canonicalAfter;
  private final ValueFlow flow;
  private final Emitter out = new Emitter();
  private final StringBuilder extraLocals = new StringBuilder();
  private final boolean carries;
  private final boolean watches;
  private final int firstExtra;

  /** Blocks at whose beginning the local is zero, and those whose way to them was watched. */
  private final BitSet zeroAt = new BitSet();

  private final BitSet watchedAt = new BitSet();

  /** By their head: loops whose turns are charged together. */
  private final @Nullable CountedLoop[] counted;

  private @Nullable CountedLoop inPiece;

  /** Whether some way out leads through the end of a block around the whole function. */
  private boolean wrapped;

  private boolean live;
  private boolean zero;
  private boolean watched;
  private long ahead;
  private int block;

  /** By the instruction of an if without an else: what is charged when it is skipped. */
  private final long[] skipCharge;

  private static final int USED = 0;
  private static final int REST = 1;
  private static final int SIZE = 2;
  private static final int ANSWER = 3;
  private static final int SINGLE = 4;
  private static final int DOUBLE = 5;
  private static final int PIECE = 6;
  private static final int TURNS = 7;
  private static final int ADDRESS = 8;
  private static final int STORED = 9;
  private static final int WIDE = 10;
  private final int[] extras = new int[11];

  private FunctionMeter(Layout layout, FunctionCode code, BlockGraph graph, ValueFlow flow) {
    this.layout = layout;
    this.code = code;
    this.graph = graph;
    this.flow = flow;
    this.canonicalAfter = flow.canonicalAfter;
    this.carries = layout.depth.carries.get(code.function);
    this.watches = layout.depth.watches.get(code.function);
    this.counted = new CountedLoop[graph.size()];
    for (int b = 0; b < graph.size(); b++) {
      counted[b] = graph.isHead(b) ? CountedLoop.find(code, graph, b) : null;
    }
    this.skipCharge = new long[code.count];
    this.firstExtra = code.locals.length() + (carries ? 1 : 0);
  }

  /** The function's new body, with its locals. */
  static Emitter meter(Layout layout, FunctionCode code, BlockGraph graph, ValueFlow flow) {
    return new FunctionMeter(layout, code, graph, flow).body();
  }

  private Emitter body() {
    analyse();
    if (wrapped) {
      out.put(Instruction.BLOCK);
      blockType(code.type.results());
    }
    for (int i = 0; i < code.count - 1; i++) {
      if (graph.blockAt(i) >= 0) {
        begin(graph.blockAt(i));
      }
      instruction(i);
      if (live && canonicalAfter.get(i)) {
        canonical(flow.isSingle(i));
      }
    }
    int last = code.count - 1;
    if (graph.blockAt(last) >= 0) {
      begin(graph.blockAt(last));
    }
    if (wrapped) {
      if (live) {
        flush();
      }
      out.put(Instruction.END);
      zero = false;
      ahead = 0;
      live = true;
    }
    if (live) {
      settleAtEnd();
    }
    if (out.endsWith(Instruction.END)) {
      // Engines may mix up the end of a block with that of the function right behind it.
      out.put(Instruction.NOP);
    }
    out.put(Instruction.END);
    return withLocals();
  }

  private Emitter withLocals() {
    Emitter all = new Emitter();
    String own = code.locals.substring(code.type.parameters().length());
    String locals = own + extraLocals;
    int groups = 0;
    Emitter list = new Emitter();
    for (int at = 0; at < locals.length(); groups++) {
      int from = at;
      while (at < locals.length() && locals.charAt(at) == locals.charAt(from)) {
        at++;
      }
      list.unsigned(at - from).put(locals.charAt(from));
    }
    return all.unsigned(groups).copy(list).copy(out);
  }

  // ---- what is known where ----

  /** Goes over the blocks in order; only heads of loops have ways to them that come later. */
  private void analyse() {
    zeroAt.set(0, graph.size());
    watchedAt.set(1, graph.size());
    for (int b = 0; b < graph.size(); b++) {
      zero = zeroAt.get(b) && !graph.isHead(b);
      zeroAt.set(b, zero);
      watched = watchedAt.get(b);
      ahead = aheadAt(b);
      for (int i = graph.first(b); i < graph.end(b); i++) {
        Instruction op = code.ops[i];
        if (isSettledBefore(i)) {
          zero = true;
          ahead = 0;
          watched |= isWatchedBefore(i);
        } else if (op.pricedBySize()) {
          zero = false;
          ahead = 0;
        }
      }
      int[] next = graph.successors(b);
      for (int k = 0; k < next.length; k++) {
        boolean clean = zero && ahead == 0;
        if (next[k] == BlockGraph.EXIT) {
          BlockGraph.Edge kind = graph.kinds(b)[k];
          wrapped |= !clean && (kind == BlockGraph.Edge.TAKEN || kind == BlockGraph.Edge.TABLE);
          continue;
        }
        clean &= graph.hasOnePredecessor(next[k]) || graph.charge(b, next[k]) == 0;
        if (!clean) {
          zeroAt.clear(next[k]);
        }
        if (!watched && next[k] > b) {
          watchedAt.clear(next[k]);
        }
      }
    }
  }

  /**
   * What is charged at the beginning of a block besides what its edges charge for all ways to it.
   */
  private long aheadAt(int b) {
    if (b == 0) {
      return graph.least(0) - layout.prices.inAdvance(code.function);
    }
    if (graph.isAnchor(b)) {
      return counted[b] == null ? graph.least(b) : 0; // a counted loop charges before its head
    }
    return graph.hasOnePredecessor(b) ? edgeInto(b) : 0;
  }

  /** The charge of the one edge to a block. */
  private long edgeInto(int b) {
    int from = onlyPredecessor(b);
    return graph.charge(from, b);
  }

  private int[] predecessorOf = {};

  private int onlyPredecessor(int b) {
    if (predecessorOf.length == 0) {
      predecessorOf = new int[graph.size()];
      for (int from = 0; from < graph.size(); from++) {
        for (int next : graph.successors(from)) {
          if (next >= 0) {
            predecessorOf[next] = from;
          }
        }
      }
    }
    return predecessorOf[b];
  }

  private boolean isSettledBefore(int i) {
    return switch (code.opcode(i)) {
      case Instruction.CALL -> !layout.prices.quiet.get(code.a[i]);
      case Instruction.CALL_INDIRECT, Instruction.RETURN_CALL, Instruction.RETURN_CALL_INDIRECT ->
          true;
      default -> false;
    };
  }

  private boolean isWatchedBefore(int i) {
    return watches
        && switch (code.opcode(i)) {
          case Instruction.CALL, Instruction.RETURN_CALL -> layout.depth.carries.get(code.a[i]);
          case Instruction.CALL_INDIRECT, Instruction.RETURN_CALL_INDIRECT -> true;
          default -> false;
        };
  }

  // ---- blocks ----

  private void begin(int b) {
    block = b;
    live = true;
    zero = zeroAt.get(b);
    watched = watchedAt.get(b);
    ahead = aheadAt(b);
    if (graph.isHead(b) && counted[b] == null) {
      int used = used();
      out.op(Instruction.LOCAL_GET, used);
      add(ahead);
      out.op(Instruction.LOCAL_TEE, used);
      settleWhenMuch();
      zero = false;
      ahead = 0;
    }
  }

  /** A block ends; ways may part here. */
  private void flush() {
    if (ahead != 0) {
      if (zero) {
        out.put(Instruction.I64_CONST).signed(ahead);
      } else {
        out.op(Instruction.LOCAL_GET, used());
        add(ahead);
      }
      out.op(Instruction.LOCAL_SET, used());
      zero = false;
      ahead = 0;
    }
  }

  private void add(long amount) {
    if (amount != 0) {
      out.put(Instruction.I64_CONST).signed(amount).put(Instruction.I64_ADD);
    }
  }

  /** What an edge is charged on its way, because others lead to the same block. */
  private long chargeOnEdge(int slot) {
    int next = graph.successors(block)[slot];
    return next < 0 || graph.hasOnePredecessor(next) ? 0 : graph.charge(block, next);
  }

  private void charge(long amount) {
    if (amount != 0) {
      out.op(Instruction.LOCAL_GET, used());
      add(amount);
      out.op(Instruction.LOCAL_SET, used());
    }
  }

  /** Ends a block that has one successor, other than the end of the function. */
  private void goOn() {
    flush();
    charge(chargeOnEdge(0));
    live = false;
  }

  private void instruction(int i) {
    if (inPiece != null && i == inPiece.bound()) {
      out.op(Instruction.LOCAL_GET, extra(PIECE, FunctionType.I32));
      return;
    }
    int opcode = code.opcode(i);
    switch (opcode) {
      case Instruction.LOOP -> {
        if (live && graph.blockAt(i + 1) >= 0) {
          CountedLoop loop = counted[graph.blockAt(i + 1)];
          if (loop != null && loop.fixed()) {
            ahead += graph.least(graph.blockAt(i + 1)) * loop.turns();
          }
          goOn();
          if (loop != null && loop.fixed()) {
            out.op(Instruction.LOCAL_GET, used());
            settleWhenMuch();
          } else if (loop != null) {
            piece(loop);
          }
        }
        copy(i);
      }
      case Instruction.IF -> {
        if (live) {
          flush();
          skipCharge[i] = graph.kinds(block)[1] == BlockGraph.Edge.SKIP ? chargeOnEdge(1) : 0;
        }
        copy(i);
      }
      case Instruction.ELSE -> {
        if (live) {
          goOn();
        }
        copy(i);
      }
      case Instruction.END -> end(i);
      case Instruction.BR, Instruction.RETURN -> jump(i);
      case Instruction.BR_IF -> branch(i);
      case Instruction.BR_TABLE -> {
        if (live) {
          flush();
        }
        copy(i);
        live = false;
      }
      case Instruction.UNREACHABLE -> {
        copy(i);
        live = false;
      }
      case Instruction.CALL, Instruction.RETURN_CALL -> call(i);
      case Instruction.CALL_INDIRECT, Instruction.RETURN_CALL_INDIRECT -> callIndirect(i);
      case Instruction.LOCAL_GET, Instruction.LOCAL_SET, Instruction.LOCAL_TEE ->
          out.op(opcode, local(code.a[i]));
      case Instruction.I32_MUL -> {
        copy(i);
        cutProduct();
      }
      case Instruction.I32_STORE8, Instruction.I64_STORE8, Instruction.I64_STORE32 -> store(i);
      case Instruction.F32_CONVERT_I64_U, Instruction.F64_CONVERT_I64_U -> convert(i);
      default -> {
        if (live && code.ops[i].pricedBySize()) {
          sized(i);
        } else {
          if (live && isAskedByBranch(i)) {
            flush(); // not between the two: an engine can make one instruction of them
          }
          copy(i);
        }
      }
    }
  }

  /** Whether this is a comparison for the branch behind it. */
  private boolean isAskedByBranch(int i) {
    int opcode = code.opcode(i);
    if (opcode < Instruction.I32_EQZ || opcode > Instruction.F64_GE) {
      return false;
    }
    int next = i + 1;
    while (code.opcode(next) == Instruction.I32_EQZ) {
      next++;
    }
    return code.opcode(next) == Instruction.BR_IF || code.opcode(next) == Instruction.IF;
  }

  private void copy(int i) {
    out.copy(layout.module.bytes, code.start(i), code.start(i + 1));
  }

  private int local(int index) {
    return carries && index >= code.type.parameters().length() ? index + 1 : index;
  }

  private void end(int i) {
    if (graph.blockAt(i + 1) >= 0 && live) {
      goOn();
    }
    int opener = code.a[i];
    if (code.opcode(opener) == Instruction.IF && skipCharge[opener] != 0) {
      out.put(Instruction.ELSE);
      charge(skipCharge[opener]);
    }
    copy(i);
  }

  private void jump(int i) {
    if (!live) {
      copy(i);
    } else if (graph.successors(block)[0] == BlockGraph.EXIT) {
      settleAtEnd();
      out.put(Instruction.RETURN);
    } else {
      goOn();
      copy(i);
    }
    live = false;
  }

  private void branch(int i) {
    if (inPiece != null && i == inPiece.branch()) {
      flush();
      endPiece(inPiece);
      return;
    }
    if (live) {
      flush();
      long charge = chargeOnEdge(1);
      if (charge != 0) {
        out.put(Instruction.IF, EMPTY);
        charge(charge);
        out.op(Instruction.BR, code.match[i] + 1L).put(Instruction.END);
        return;
      }
    }
    copy(i);
  }

  // ---- counted loops ----

  private void bound(CountedLoop loop) {
    if (loop.bound() < 0) {
      out.put(Instruction.I32_CONST, 0);
    } else if (code.opcode(loop.bound()) == Instruction.LOCAL_GET) {
      out.op(Instruction.LOCAL_GET, local(code.a[loop.bound()]));
    } else {
      copy(loop.bound());
    }
  }

  /**
   * Opens a loop around a counted one, each turn of which charges for a piece of it. The piece ends
   * where the local has the value that is now in {@code end}: the bound, or one before it.
   */
  private void piece(CountedLoop loop) {
    final int end = extra(PIECE, FunctionType.I32);
    final int turns = extra(TURNS, FunctionType.I32);
    int step = Math.abs(loop.step());
    out.put(Instruction.LOOP, EMPTY);
    bound(loop);
    out.op(Instruction.LOCAL_TEE, end).op(Instruction.LOCAL_GET, local(loop.local()));
    out.put(Instruction.I32_SUB);
    if (loop.step() < 0) {
      out.put(Instruction.I32_CONST).signed(-1).put(Instruction.I32_MUL);
    }
    boolean isPower = Integer.bitCount(step) == 1;
    if (step != 1) {
      // A bound that the steps miss is never reached: whole pieces without end.
      out.op(Instruction.LOCAL_TEE, turns).put(Instruction.I32_CONST);
      out.signed(isPower ? step - 1 : step);
      out.put(isPower ? Instruction.I32_AND : Instruction.I32_REM_U);
      out.op(Instruction.LOCAL_GET, turns).put(Instruction.I32_CONST);
      out.signed(isPower ? Integer.numberOfTrailingZeros(step) : step);
      out.put(isPower ? Instruction.I32_SHR_U : Instruction.I32_DIV_U);
    }
    // 1 turn at least; 0 stands for more than can be counted.
    out.op(Instruction.LOCAL_TEE, turns);
    out.put(Instruction.I32_CONST).signed(-1).put(Instruction.I32_ADD);
    out.put(Instruction.I32_CONST).signed(loop.turns()).put(Instruction.I32_GE_U);
    if (step != 1) {
      out.put(Instruction.I32_OR);
    }
    out.put(Instruction.IF, EMPTY);
    out.put(Instruction.I32_CONST).signed(loop.turns()).op(Instruction.LOCAL_SET, turns);
    out.op(Instruction.LOCAL_GET, local(loop.local()));
    int span = loop.turns() * loop.step(); // wraps as the guest's addition does
    out.put(Instruction.I32_CONST).signed(span);
    out.put(Instruction.I32_ADD).op(Instruction.LOCAL_SET, end).put(Instruction.END);
    out.op(Instruction.LOCAL_GET, turns).put(Instruction.I64_EXTEND_I32_U);
    out.put(Instruction.I64_CONST).signed(graph.least(graph.blockAt(loop.loop() + 1)));
    out.put(Instruction.I64_MUL).op(Instruction.LOCAL_GET, used()).put(Instruction.I64_ADD);
    out.op(Instruction.LOCAL_TEE, used());
    settleWhenMuch();
    inPiece = loop;
  }

  private void endPiece(CountedLoop loop) {
    if (loop.bound() < 0) {
      out.op(Instruction.LOCAL_GET, extra(PIECE, FunctionType.I32)).put(Instruction.I32_NE);
    }
    out.op(Instruction.BR_IF, 0).put(Instruction.END);
    out.op(Instruction.LOCAL_GET, local(loop.local()));
    bound(loop);
    out.put(Instruction.I32_NE).op(Instruction.BR_IF, 0);
    inPiece = null;
  }

  // ---- calls ----

  /**
   * A tail call becomes a call and a return: engines do not agree on whether it takes room on the
   * stack, so here it always does.
   */
  private void call(int i) {
    int callee = code.a[i];
    beforeCall(i);
    if (layout.depth.carries.get(callee)) {
      left(layout.depth.weight(code.function));
    }
    out.op(Instruction.CALL, layout.body(callee));
    if (code.opcode(i) == Instruction.RETURN_CALL) {
      out.put(Instruction.RETURN);
      live = false;
    }
  }

  private void callIndirect(int i) {
    beforeCall(i);
    if (carries) {
      left(layout.depth.indirectWeight(code.function));
      out.op(Instruction.GLOBAL_SET, layout.stack);
    }
    out.put(Instruction.CALL_INDIRECT);
    out.copy(layout.module.bytes, code.start(i) + 1, code.start(i + 1));
    if (code.opcode(i) == Instruction.RETURN_CALL_INDIRECT) {
      out.put(Instruction.RETURN);
      live = false;
    }
  }

  private void beforeCall(int i) {
    if (live && isSettledBefore(i)) {
      settle(true);
      if (!watched && isWatchedBefore(i)) {
        left(0);
        out.put(Instruction.I32_CONST).signed(layout.depth.weight(code.function));
        out.put(Instruction.I32_LT_S, Instruction.IF, EMPTY);
        out.op(Instruction.CALL, layout.tooDeep).put(Instruction.END);
        watched = true;
      }
    }
  }

  /** Pushes what is left of the stack below a frame. */
  private void left(int weight) {
    out.op(Instruction.LOCAL_GET, code.type.parameters().length());
    if (weight != 0) {
      out.put(Instruction.I32_CONST).signed(weight).put(Instruction.I32_SUB);
    }
  }

  // ---- charging ----

  private void settleAtEnd() {
    settle(false);
  }

  /** Takes what was used from what is left. */
  private void settle(boolean goesOn) {
    if (zero && ahead == 0) {
      return;
    }
    out.op(Instruction.GLOBAL_GET, layout.fuel);
    if (zero) {
      out.put(Instruction.I64_CONST).signed(ahead);
    } else {
      out.op(Instruction.LOCAL_GET, used());
      add(ahead);
    }
    out.put(Instruction.I64_SUB);
    if (goesOn) {
      int rest = extra(REST, FunctionType.I64);
      out.op(Instruction.LOCAL_TEE, rest).op(Instruction.GLOBAL_SET, layout.fuel);
      if (!zero) {
        out.put(Instruction.I64_CONST, 0).op(Instruction.LOCAL_SET, used());
      }
      out.op(Instruction.LOCAL_GET, rest);
      out.put(Instruction.I64_CONST, 0, Instruction.I64_LT_S, Instruction.IF, EMPTY);
      out.put(Instruction.I64_CONST, 0).op(Instruction.CALL, layout.settle);
      out.put(Instruction.END);
    } else {
      out.op(Instruction.GLOBAL_SET, layout.fuel);
    }
    zero = true;
    ahead = 0;
  }

  /** Settles when what is on the stack and in the local is much. */
  private void settleWhenMuch() {
    out.put(Instruction.I64_CONST).signed(SETTLE_ABOVE);
    out.put(Instruction.I64_GE_S, Instruction.IF, EMPTY);
    out.op(Instruction.LOCAL_GET, used()).op(Instruction.CALL, layout.settle);
    out.put(Instruction.I64_CONST, 0).op(Instruction.LOCAL_SET, used());
    out.put(Instruction.END);
  }

  /**
   * An instruction whose price depends on the number on top of the stack: it is paid before. What
   * grows is paid when it has grown; before, only whether it can be paid is looked at.
   */
  private void sized(int i) {
    Instruction op = code.ops[i];
    int size = extra(SIZE, FunctionType.I32);
    flush();
    out.op(Instruction.LOCAL_TEE, size);
    if (op.opcode() == Instruction.MEMORY_GROW || op.opcode() == Instruction.TABLE_GROW) {
      grow(i, op, size);
    } else {
      pay(op, size);
      copy(i);
    }
    zero = false;
  }

  private void grow(int i, Instruction op, int size) {
    out.op(Instruction.GLOBAL_GET, layout.fuel).op(Instruction.LOCAL_GET, used());
    out.put(Instruction.I64_SUB);
    price(op, size);
    out.put(Instruction.I64_LT_S, Instruction.IF, EMPTY);
    out.op(Instruction.LOCAL_GET, used());
    price(op, size);
    out.op(Instruction.CALL, layout.reserve).put(Instruction.END);
    copy(i);
    int answer = extra(ANSWER, FunctionType.I32);
    out.op(Instruction.LOCAL_TEE, answer).op(Instruction.LOCAL_GET, answer);
    out.put(Instruction.I32_CONST).signed(-1).put(Instruction.I32_NE, Instruction.IF, EMPTY);
    pay(op, size);
    out.put(Instruction.END);
  }

  private void pay(Instruction op, int size) {
    price(op, size);
    out.op(Instruction.LOCAL_GET, used()).put(Instruction.I64_ADD);
    out.op(Instruction.LOCAL_TEE, used());
    settleWhenMuch();
  }

  private void price(Instruction op, int size) {
    out.op(Instruction.LOCAL_GET, size).put(Instruction.I64_EXTEND_I32_U);
    out.put(Instruction.I64_CONST).signed(layout.costs.ofSize(op)).put(Instruction.I64_MUL);
    out.put(Instruction.I64_CONST).signed(CostTable.sizeShift()).put(Instruction.I64_SHR_U);
  }

  // ---- what an engine gets wrong ----

  /** Engines may keep 64 bits of the product, and ask all of them what to do. */
  private void cutProduct() {
    out.put(Instruction.I32_CONST, 0, Instruction.I32_OR);
  }

  /**
   * Engines may let the address of such a store begin at 0 again behind the 32nd bit. They do not
   * where 32 bits are stored as such; a byte is loaded from there first, which traps if the store
   * must.
   */
  private void store(int i) {
    if (!live) {
      copy(i);
      return;
    }
    int opcode = code.opcode(i);
    if (opcode != Instruction.I32_STORE8) {
      out.put(Instruction.I32_WRAP_I64);
    }
    if (opcode != Instruction.I64_STORE32 && code.a[i] != 0) {
      int stored = extra(STORED, FunctionType.I32);
      int address = extra(ADDRESS, FunctionType.I32);
      out.op(Instruction.LOCAL_SET, stored).op(Instruction.LOCAL_TEE, address);
      out.put(Instruction.I32_LOAD8_U);
      immediates(i);
      out.put(Instruction.DROP);
      out.op(Instruction.LOCAL_GET, address).op(Instruction.LOCAL_GET, stored);
    }
    out.put(opcode == Instruction.I64_STORE32 ? Instruction.I32_STORE : Instruction.I32_STORE8);
    immediates(i);
  }

  /**
   * Engines may round a number with its highest bit set twice, and so wrongly. It is halved, its
   * lowest bit kept to be rounded by, and the result doubled, which is exact.
   */
  private void convert(int i) {
    if (!live) {
      copy(i);
      return;
    }
    boolean single = code.opcode(i) == Instruction.F32_CONVERT_I64_U;
    int signed = single ? Instruction.F32_CONVERT_I64_S : Instruction.F64_CONVERT_I64_S;
    int wide = extra(WIDE, FunctionType.I64);
    out.op(Instruction.LOCAL_TEE, wide).put(Instruction.I64_CONST, 0, Instruction.I64_GE_S);
    out.put(Instruction.IF, single ? FunctionType.F32 : FunctionType.F64);
    out.op(Instruction.LOCAL_GET, wide).put(signed, Instruction.ELSE);
    out.op(Instruction.LOCAL_GET, wide).put(Instruction.I64_CONST, 1, Instruction.I64_SHR_U);
    out.op(Instruction.LOCAL_GET, wide).put(Instruction.I64_CONST, 1, Instruction.I64_AND);
    out.put(Instruction.I64_OR, signed);
    if (single) {
      out.put(Instruction.F32_CONST, 0, 0, 0, 0x40, Instruction.F32_MUL);
    } else {
      out.put(Instruction.F64_CONST, 0, 0, 0, 0, 0, 0, 0, 0x40, Instruction.F64_MUL);
    }
    out.put(Instruction.END);
  }

  private void immediates(int i) {
    out.copy(layout.module.bytes, code.start(i) + 1, code.start(i + 1));
  }

  // ---- NaNs ----

  /**
   * Not less than itself, because that is one jump of the processor, and being equal is two. A jump
   * that is never taken costs nothing more; a select would make every value wait for the answer.
   */
  private void canonical(boolean single) {
    int value = extra(single ? SINGLE : DOUBLE, single ? FunctionType.F32 : FunctionType.F64);
    out.op(Instruction.LOCAL_SET, value);
    out.put(Instruction.BLOCK, EMPTY);
    out.op(Instruction.LOCAL_GET, value).op(Instruction.LOCAL_GET, value);
    out.put(single ? Instruction.F32_GE : Instruction.F64_GE).op(Instruction.BR_IF, 0);
    if (single) {
      out.put(Instruction.F32_CONST, 0, 0, 0xc0, 0x7f);
    } else {
      out.put(Instruction.F64_CONST, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f);
    }
    out.op(Instruction.LOCAL_SET, value).put(Instruction.END);
    out.op(Instruction.LOCAL_GET, value);
  }

  // ---- locals ----

  private int used() {
    return extra(USED, FunctionType.I64);
  }

  private int extra(int purpose, char type) {
    if (extras[purpose] == 0) {
      extras[purpose] = firstExtra + extraLocals.length() + 1;
      extraLocals.append(type);
    }
    return extras[purpose] - 1;
  }

  private void blockType(String results) {
    switch (results.length()) {
      case 0 -> out.put(EMPTY);
      case 1 -> out.put(results.charAt(0));
      default -> out.signed(layout.typeIndex(new FunctionType("", results)));
    }
  }
}
