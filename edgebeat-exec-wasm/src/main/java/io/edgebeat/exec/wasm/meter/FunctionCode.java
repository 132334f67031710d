package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The instructions of one function as arrays: where each begins, its immediates, and for structured
 * ones where they end.
 */
final class FunctionCode {
  /** The label of the function itself. */
  static final int OUTERMOST = -1;

  final int function;
  final FunctionType type;

  /** The types of parameters and locals. */
  final String locals;

  /** Where the instructions begin, behind the locals. */
  final int from;

  int count;
  Instruction[] ops = new Instruction[64];
  private int[] starts = new int[65];

  /**
   * The index of a local, global, function or type, or an i32 constant. Of an access to memory: 0
   * if it has no offset. Of a branch and of an end: what opens the block, which is the else once
   * that has begun.
   */
  int[] a = new int[64];

  /** Of a block: its end, or its else, whose own end is here too. Of a branch: its label. */
  int[] match = new int[64];

  /** Of a block: its type. */
  FunctionType[] blockTypes = new FunctionType[64];

  /** Of a br_table: the openers, the default last. */
  int[][] targets = new int[64][];

  private final ModuleOutline module;

  private FunctionCode(ModuleOutline module, int function, String locals, int from) {
    this.module = module;
    this.function = function;
    this.type = module.typeOf(function);
    this.locals = locals;
    this.from = from;
  }

  static FunctionCode read(ModuleOutline module, int function) {
    ModuleOutline.Part part = module.bodies.get(function - module.importedFunctions);
    Cursor in = new Cursor(module.bytes, part.from(), part.end());
    StringBuilder locals = new StringBuilder(module.typeOf(function).parameters());
    for (int i = in.count("groups of locals"); i > 0; i--) {
      long size = in.unsigned();
      if (size + locals.length() > 50_000) {
        throw Cursor.bad("has more than 50000 locals in function " + function);
      }
      locals.repeat(in.byteValue(), (int) size);
    }
    FunctionCode code = new FunctionCode(module, function, locals.toString(), in.position());
    code.decode(in);
    if (!in.atEnd()) {
      throw Cursor.bad("has bytes behind the end of function " + function);
    }
    return code;
  }

  /** Where an instruction begins; that of the last one plus 1 is where the body ends. */
  int start(int i) {
    return starts[i];
  }

  int opcode(int i) {
    return ops[i].opcode();
  }

  private void decode(Cursor in) {
    List<Integer> open = new ArrayList<>();
    open.add(OUTERMOST);
    while (!open.isEmpty()) {
      if (count == ops.length) {
        grow();
      }
      int i = count++;
      starts[i] = in.position();
      Instruction op = Instruction.read(in);
      ops[i] = op;
      switch (op.immediates()) {
        case NONE -> structure(i, open);
        case BLOCK -> {
          blockTypes[i] = blockType(in);
          open.add(i);
        }
        case LABEL -> {
          match[i] = in.below(open.size(), "label");
          a[i] = open.get(open.size() - 1 - match[i]);
        }
        case LABELS -> {
          int[] labels = new int[in.count("labels") + 1];
          for (int k = 0; k < labels.length; k++) {
            labels[k] = open.get(open.size() - 1 - in.below(open.size(), "label"));
          }
          targets[i] = labels;
        }
        case FUNCTION -> a[i] = in.below(module.functions.size(), "function");
        case TYPE_TABLE -> {
          a[i] = in.below(module.types.size(), "type");
          in.unsigned();
        }
        case TYPES -> {
          int types = in.count("types");
          for (int k = 0; k < types; k++) {
            in.byteValue();
          }
        }
        case INDEX -> a[i] = index(in, op);
        case INDEX_INDEX -> {
          in.unsigned();
          in.unsigned();
        }
        case ADDRESS -> {
          in.unsigned();
          a[i] = in.unsigned() == 0 ? 0 : 1;
        }
        case BYTE -> in.byteValue();
        case I32 -> a[i] = in.signed32();
        case I64 -> in.signed(10);
        case F32 -> a[i] = isNan(in.little(4) << 32, 0xff, 55) ? 1 : 0;
        case F64 -> a[i] = isNan(in.little(8), 0x7ff, 52) ? 1 : 0;
      }
    }
    starts[count] = in.position();
  }

  private static boolean isNan(long bits, long exponent, int digits) {
    return ((bits >>> digits) & exponent) == exponent && bits << (64 - digits) != 0;
  }

  /** Whether an instruction is a constant that is a NaN. */
  boolean isNanConstant(int i) {
    int opcode = opcode(i);
    return (opcode == Instruction.F32_CONST || opcode == Instruction.F64_CONST) && a[i] == 1;
  }

  private int index(Cursor in, Instruction op) {
    return switch (op.opcode()) {
      case Instruction.LOCAL_GET, Instruction.LOCAL_SET, Instruction.LOCAL_TEE ->
          in.below(locals.length(), "local");
      case Instruction.GLOBAL_GET, Instruction.GLOBAL_SET -> in.below(module.globals, "global");
      default -> in.below(Integer.MAX_VALUE, "index");
    };
  }

  private void structure(int i, List<Integer> open) {
    int opcode = opcode(i);
    if (opcode == Instruction.ELSE) {
      int opener = open.getLast();
      if (opener < 0 || opcode(opener) != Instruction.IF) {
        throw Cursor.bad("has an else without an if at offset " + starts[i]);
      }
      match[opener] = i;
      blockTypes[i] = blockTypes[opener];
      open.set(open.size() - 1, i);
    } else if (opcode == Instruction.END) {
      int opener = open.removeLast();
      if (opener >= 0) {
        match[opener] = i;
      }
      a[i] = opener;
    }
  }

  private FunctionType blockType(Cursor in) {
    int next = in.peek();
    if (next == 0x40) {
      in.skip(1);
      return new FunctionType("", "");
    }
    if ((next & 0xc0) == 0x40) {
      in.skip(1);
      return new FunctionType("", String.valueOf((char) next));
    }
    return module.types.get(in.below(module.types.size(), "type"));
  }

  /** The values that a branch to a label takes along. */
  String labelTypes(int opener) {
    if (opener == OUTERMOST) {
      return type.results();
    }
    FunctionType block = blockTypes[opener];
    return opcode(opener) == Instruction.LOOP ? block.parameters() : block.results();
  }

  /** Where a block that does not loop ends. */
  int endOf(int opener) {
    int at = match[opener];
    return opcode(at) == Instruction.ELSE ? match[at] : at;
  }

  private void grow() {
    int size = count * 2;
    ops = Arrays.copyOf(ops, size);
    starts = Arrays.copyOf(starts, size + 1);
    a = Arrays.copyOf(a, size);
    match = Arrays.copyOf(match, size);
    blockTypes = Arrays.copyOf(blockTypes, size);
    targets = Arrays.copyOf(targets, size);
  }
}
