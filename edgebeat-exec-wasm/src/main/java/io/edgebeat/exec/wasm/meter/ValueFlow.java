package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Follows the values of one function through its operand stack and locals, to find where a NaN
 * could be seen whose bits WebAssembly leaves open, and how high the stack gets.
 *
 * <p>Such a NaN comes out of arithmetic. It is made canonical before its bits can matter: when it
 * is stored, returned, passed, looked at as an integer. Bits that were loaded, passed in or written
 * as constants are the program's own and stay as they are. A local that only ever holds what
 * arithmetic made stays as it is until it is used; one that may hold the program's own bits as well
 * gets canonical values only.
 *
 * <p>Every value has one of three kinds, and what is only arithmetic's says which instruction made
 * it: there it is made canonical when it has to be.
 */
final class ValueFlow {
  /** Passes over the code before all locals are taken for mixed. */
  private static final int MOST_PASSES = 6;

  /** The program's own bits. */
  private static final int OWN = -1;

  /** No NaN of open bits, and no NaN whose bits must be kept. */
  private static final int PLAIN = -2;

  // Any other value: made by arithmetic at the instruction of that index.

  private final ModuleOutline module;
  private final FunctionCode code;
  private final BitSet mixed = new BitSet();
  private boolean changed;

  /** After which instructions a value has to be made canonical. */
  final BitSet canonicalAfter = new BitSet();

  /** The most operands at any time. */
  int highest;

  private int[] stack = new int[64];
  private int height;
  private final List<Frame> frames = new ArrayList<>();

  private record Frame(int opener, int floor) {}

  private ValueFlow(ModuleOutline module, FunctionCode code) {
    this.module = module;
    this.code = code;
  }

  static ValueFlow of(ModuleOutline module, FunctionCode code) {
    ValueFlow flow = new ValueFlow(module, code);
    // A parameter is the caller's own bits.
    flow.mixed.set(0, code.type.parameters().length());
    int passes = 0;
    do {
      if (++passes == MOST_PASSES) {
        flow.mixed.set(0, code.locals.length());
      }
      flow.changed = false;
      flow.canonicalAfter.clear();
      flow.pass();
    } while (flow.changed);
    return flow;
  }

  private void push(int value) {
    if (height == stack.length) {
      stack = Arrays.copyOf(stack, height * 2);
    }
    stack[height++] = value;
    highest = Math.max(highest, height);
  }

  /** In code that is never reached values come out of nothing. */
  private int pop() {
    return height > frames.getLast().floor() ? stack[--height] : PLAIN;
  }

  private void seen(int value) {
    if (value >= 0) {
      canonicalAfter.set(value);
    }
  }

  private void popSeen(int count) {
    for (int i = 0; i < count; i++) {
      seen(pop());
    }
  }

  private void pushOwn(int count) {
    for (int i = 0; i < count; i++) {
      push(OWN);
    }
  }

  /** Values that stay on the stack are seen: a branch may take them somewhere else. */
  private void topSeen(int count) {
    int floor = frames.getLast().floor();
    for (int i = height - 1; i >= Math.max(floor, height - count); i--) {
      seen(stack[i]);
      stack[i] = OWN;
    }
  }

  private void unreachable() {
    height = frames.getLast().floor();
  }

  private void pass() {
    height = 0;
    frames.clear();
    frames.add(new Frame(FunctionCode.OUTERMOST, 0));
    for (int i = 0; i < code.count; i++) {
      Instruction op = code.ops[i];
      if (op.varies()) {
        special(i, op);
      } else {
        plain(i, op);
      }
    }
  }

  private void plain(int i, Instruction op) {
    int operands = op.parameters().length();
    if (op.changesSign()) {
      // The sign of a NaN is one of its bits.
      int value = PLAIN;
      for (int k = 0; k < operands; k++) {
        value = pop();
        seen(value);
      }
      push(value == PLAIN ? PLAIN : OWN);
      return;
    }
    if (op.dropsSign()) {
      int value = pop();
      made(i, op.results().charAt(0) == 'f');
      push(value >= 0 ? i : value);
      return;
    }
    boolean watches = op.costClass().equals("store") || op.costClass().equals("reinterpret");
    for (int k = 0; k < operands; k++) {
      int value = pop();
      if (watches) {
        seen(value);
      }
    }
    if (op.makesNan()) {
      made(i, op.results().charAt(0) == 'f');
      push(i);
    } else if (!op.results().isEmpty()) {
      boolean own = op.costClass().equals("load") || op.costClass().equals("reinterpret");
      push(own || code.isNanConstant(i) ? OWN : PLAIN);
    }
  }

  /** Which type of a NaN an instruction can make, by index; set while passing. */
  private final BitSet single = new BitSet();

  private void made(int i, boolean isSingle) {
    single.set(i, isSingle);
  }

  /** Whether the value that an instruction makes has 32 bits. */
  boolean isSingle(int i) {
    return single.get(i);
  }

  private void special(int i, Instruction op) {
    switch (op.opcode()) {
      case Instruction.UNREACHABLE -> unreachable();
      case Instruction.BLOCK, Instruction.LOOP -> open(i);
      case Instruction.IF -> {
        pop();
        open(i);
      }
      case Instruction.ELSE -> {
        Frame frame = frames.getLast();
        popSeen(code.blockTypes[i].results().length());
        height = frame.floor();
        pushOwn(code.blockTypes[i].parameters().length());
      }
      case Instruction.END -> {
        Frame frame = frames.getLast();
        String results =
            frame.opener() < 0 ? code.type.results() : code.blockTypes[frame.opener()].results();
        popSeen(results.length());
        height = frame.floor();
        frames.removeLast();
        if (!frames.isEmpty()) {
          pushOwn(results.length());
        }
      }
      case Instruction.BR -> {
        popSeen(code.labelTypes(code.a[i]).length());
        unreachable();
      }
      case Instruction.BR_IF -> {
        pop();
        topSeen(code.labelTypes(code.a[i]).length());
      }
      case Instruction.BR_TABLE -> {
        pop();
        int[] targets = code.targets[i];
        popSeen(code.labelTypes(targets[targets.length - 1]).length());
        unreachable();
      }
      case Instruction.RETURN -> {
        popSeen(code.type.results().length());
        unreachable();
      }
      case Instruction.CALL -> call(module.typeOf(code.a[i]));
      case Instruction.CALL_INDIRECT -> {
        pop();
        call(module.types.get(code.a[i]));
      }
      case Instruction.RETURN_CALL -> {
        call(module.typeOf(code.a[i]));
        unreachable();
      }
      case Instruction.RETURN_CALL_INDIRECT -> {
        pop();
        call(module.types.get(code.a[i]));
        unreachable();
      }
      case Instruction.DROP -> pop();
      case Instruction.SELECT, Instruction.SELECT_TYPED -> select(i);
      case Instruction.LOCAL_GET -> push(get(i, code.a[i]));
      case Instruction.LOCAL_SET -> set(code.a[i], pop());
      case Instruction.LOCAL_TEE -> {
        int value = pop();
        set(code.a[i], value);
        push(mixed.get(code.a[i]) && value >= 0 ? PLAIN : value);
      }
      case Instruction.GLOBAL_GET -> push(OWN);
      case Instruction.GLOBAL_SET -> seen(pop());
      default -> throw new IllegalStateException("no effect of " + op.name());
    }
  }

  private void open(int i) {
    FunctionType type = code.blockTypes[i];
    popSeen(type.parameters().length());
    frames.add(new Frame(i, height));
    pushOwn(type.parameters().length());
  }

  private void call(FunctionType callee) {
    popSeen(callee.parameters().length());
    pushOwn(callee.results().length());
  }

  /** One that is arithmetic's and one that is the program's own do not go together. */
  private void select(int i) {
    pop();
    int second = pop();
    int first = pop();
    if (first >= 0 || second >= 0) {
      if (first == OWN || second == OWN) {
        seen(first);
        seen(second);
        push(OWN);
      } else {
        made(i, isSingle(Math.max(first, second)));
        push(i);
      }
    } else {
      push(first == OWN || second == OWN ? OWN : PLAIN);
    }
  }

  private int get(int i, int local) {
    char type = code.locals.charAt(local);
    if (type != FunctionType.F32 && type != FunctionType.F64) {
      return PLAIN;
    }
    if (mixed.get(local)) {
      return OWN;
    }
    made(i, type == FunctionType.F32);
    return i;
  }

  private void set(int local, int value) {
    if (mixed.get(local)) {
      seen(value);
    } else if (value == OWN) {
      char type = code.locals.charAt(local);
      if (type == FunctionType.F32 || type == FunctionType.F64) {
        mixed.set(local);
        changed = true;
      }
    }
  }
}
