package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Makes valid modules at random: a few functions of numbers that call one another by name and
 * through a table, with blocks, loops, jump tables, values that branches take along, code that is
 * never reached, sizes that are computed, and every kind of NaN. A counter of their own ends them
 * sooner or later; some loop for ever all the same.
 */
final class RandomModule {
  private static final char I32 = FunctionType.I32;
  private static final char I64 = FunctionType.I64;
  private static final char F32 = FunctionType.F32;
  private static final char F64 = FunctionType.F64;
  private static final char[] NUMBERS = {I32, I64, F32, F64};

  private static final int TABLE_SIZE = 8;
  private static final int EMPTY = 0x40;
  private static final int GLOBAL_INT = 0;
  private static final int GLOBAL_FLOAT = 1;
  private static final int GLOBAL_TURNS = 2;

  private final Random random;
  private final List<FunctionType> types = new ArrayList<>();

  /** The functions' types; each function is exported as f and its number. */
  final List<FunctionType> functions = new ArrayList<>();

  private RandomModule(long seed) {
    random = new Random(seed);
  }

  /** A module and what its functions take and give. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Made(byte[] bytes, List<FunctionType> functions) {}

  static Made of(long seed) {
    RandomModule module = new RandomModule(seed);
    byte[] bytes = module.write();
    return new Made(bytes, module.functions);
  }

  private int pick(int bound) {
    return random.nextInt(bound);
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }

  private char number() {
    return NUMBERS[pick(4)];
  }

  private String numbers(int most) {
    StringBuilder types = new StringBuilder();
    for (int i = pick(most + 1); i > 0; i--) {
      types.append(number());
    }
    return types.toString();
  }

  private int type(FunctionType type) {
    if (!types.contains(type)) {
      types.add(type);
    }
    return types.indexOf(type);
  }

  private byte[] write() {
    int count = 1 + pick(5);
    for (int i = 0; i < count; i++) {
      FunctionType type = new FunctionType(numbers(3), numbers(pick(4) == 0 ? 2 : 1));
      functions.add(type);
      type(type);
    }
    Emitter code = new Emitter().unsigned(count);
    for (FunctionType type : functions) {
      code.sized(new Body(type).write());
    }
    Emitter out = new Emitter().put(0, 'a', 's', 'm', 1, 0, 0, 0);
    Emitter section = new Emitter().unsigned(types.size());
    types.forEach(type -> type.write(section));
    out.section(1, section);
    Emitter indices = new Emitter().unsigned(count);
    functions.forEach(type -> indices.unsigned(type(type)));
    out.section(3, indices);
    out.section(4, new Emitter().put(1, 0x70, 0).unsigned(TABLE_SIZE));
    out.section(5, new Emitter().put(1, 1, 1, 4));
    Emitter globals = new Emitter().put(3);
    globals.put(I64, 1, Instruction.I64_CONST, 3, Instruction.END);
    globals.put(F64, 1, Instruction.F64_CONST, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, Instruction.END);
    globals.put(I32, 1, Instruction.I32_CONST).signed(20 + pick(1_500)).put(Instruction.END);
    out.section(6, globals);
    boolean starts = chance(0.2) && functions.contains(new FunctionType("", ""));
    Emitter exports = new Emitter().unsigned(count);
    for (int i = 0; i < count; i++) {
      exports.name("f" + i).put(0).unsigned(i);
    }
    out.section(7, exports);
    if (starts) {
      out.section(8, new Emitter().unsigned(functions.indexOf(new FunctionType("", ""))));
    }
    int entries = pick(TABLE_SIZE + 1);
    Emitter elements = new Emitter().put(1, 0, Instruction.I32_CONST, 0, Instruction.END);
    elements.unsigned(entries);
    for (int i = 0; i < entries; i++) {
      elements.unsigned(pick(count));
    }
    out.section(9, elements);
    out.section(10, code);
    return out.toBytes();
  }

  /** One function. */
  private final class Body {
    private final FunctionType type;
    private final char[] locals;
    private final Emitter out = new Emitter();

    /** What branches to each open block take along, the function itself first; null: not used. */
    private final List<String> labels = new ArrayList<>();

    private final boolean[] fixed;

    Body(FunctionType type) {
      this.type = type;
      StringBuilder all = new StringBuilder(type.parameters());
      for (int i = 1 + pick(4); i > 0; i--) {
        all.append(number());
      }
      locals = all.toString().toCharArray();
      fixed = new boolean[locals.length];
    }

    Emitter write() {
      Emitter head = new Emitter().unsigned(locals.length - type.parameters().length());
      for (int i = type.parameters().length(); i < locals.length; i++) {
        head.put(1, locals[i]);
      }
      labels.add(type.results());
      turn();
      out.put(Instruction.IF, EMPTY);
      labels.add("");
      if (chance(0.5)) {
        values(type.results(), 0);
        out.put(Instruction.RETURN);
      } else {
        out.put(Instruction.UNREACHABLE);
      }
      close();
      statements(2 + pick(4));
      values(type.results(), 3);
      out.put(Instruction.END);
      return head.copy(out);
    }

    private void open(int opcode, String results, String label) {
      out.put(opcode);
      if (results.isEmpty()) {
        out.put(EMPTY);
      } else if (results.length() == 1) {
        out.put(results.charAt(0));
      } else {
        out.signed(type(new FunctionType("", results)));
      }
      labels.add(label);
    }

    private void close() {
      labels.remove(labels.size() - 1);
      out.put(Instruction.END);
    }

    /** Whether the module's own counter has run out. */
    private void turn() {
      out.op(Instruction.GLOBAL_GET, GLOBAL_TURNS).put(Instruction.I32_CONST, 1);
      out.put(Instruction.I32_SUB).op(Instruction.GLOBAL_SET, GLOBAL_TURNS);
      out.op(Instruction.GLOBAL_GET, GLOBAL_TURNS).put(Instruction.I32_CONST, 0);
      out.put(Instruction.I32_LT_S);
    }

    private void constant(char type) {
      switch (type) {
        case I32 -> out.put(Instruction.I32_CONST).signed(oddInt());
        case I64 ->
            out.put(Instruction.I64_CONST).signed(chance(0.5) ? oddInt() : random.nextLong());
        case F32 -> {
          int bits = chance(0.3) ? 0x7fa0_0000 | pick(100) : Float.floatToIntBits(oddReal());
          out.put(Instruction.F32_CONST);
          for (int i = 0; i < 4; i++) {
            out.put(bits >> (8 * i));
          }
        }
        default -> {
          long bits =
              chance(0.3) ? 0xfff4_0000_0000_0000L | pick(100) : Double.doubleToLongBits(oddReal());
          out.put(Instruction.F64_CONST);
          for (int i = 0; i < 8; i++) {
            out.put((int) (bits >> (8 * i)));
          }
        }
      }
    }

    private int oddInt() {
      int[] odd = {0, 1, 2, 5, -1, 77, 1_000, Integer.MIN_VALUE, Integer.MAX_VALUE};
      int at = pick(odd.length + 2);
      return at < odd.length ? odd[at] : random.nextInt();
    }

    private float oddReal() {
      float[] odd = {0, -0f, 1, -2.5f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, 3};
      return odd[pick(odd.length)];
    }

    private int local(char type, boolean toSet) {
      int from = pick(locals.length);
      for (int i = 0; i < locals.length; i++) {
        int at = (from + i) % locals.length;
        if (locals[at] == type && !(toSet && fixed[at])) {
          return at;
        }
      }
      return -1;
    }

    private void values(String types, int depth) {
      types.chars().forEach(type -> value((char) type, depth));
    }

    /** Code that leaves one value. */
    private void value(char type, int depth) {
      double dice = random.nextDouble();
      int local = local(type, dice < 0.1);
      if (depth <= 0 || dice < 0.02) {
        constant(type);
      } else if (dice < 0.1 && local >= 0) {
        value(type, depth - 1);
        out.op(Instruction.LOCAL_TEE, local);
      } else if (dice < 0.35 && local >= 0) {
        out.op(Instruction.LOCAL_GET, local);
      } else if (dice < 0.42) {
        call(type, depth);
      } else if (dice < 0.5) {
        value(I32, depth - 1);
        open(Instruction.IF, String.valueOf(type), String.valueOf(type));
        statements(depth - 2);
        value(type, depth - 1);
        out.put(Instruction.ELSE);
        value(type, depth - 1);
        close();
      } else if (dice < 0.56) {
        value(type, depth - 1);
        value(type, depth - 1);
        value(I32, depth - 1);
        out.put(Instruction.SELECT);
      } else if (dice < 0.62) {
        open(Instruction.BLOCK, String.valueOf(type), String.valueOf(type));
        statements(depth - 2);
        value(type, depth - 1);
        value(I32, depth - 1);
        out.op(Instruction.BR_IF, 0);
        out.put(Instruction.DROP);
        value(type, depth - 1);
        close();
      } else {
        operation(type, depth);
      }
    }

    private void call(char type, int depth) {
      int from = pick(functions.size());
      for (int i = 0; i < functions.size(); i++) {
        int f = (from + i) % functions.size();
        FunctionType callee = functions.get(f);
        if (callee.results().equals(String.valueOf(type))) {
          values(callee.parameters(), depth - 1);
          if (chance(0.4)) {
            out.put(Instruction.I32_CONST).signed(pick(TABLE_SIZE));
            out.op(Instruction.CALL_INDIRECT, type(callee)).put(0);
          } else {
            out.op(Instruction.CALL, f);
          }
          return;
        }
      }
      constant(type);
    }

    /** Instructions by what they give, without those that read memory or change sizes. */
    private void operation(char type, int depth) {
      if (chance(0.2)) {
        address(depth);
        int load = type == I32 ? 0x28 : type == I64 ? 0x29 : type == F32 ? 0x2a : 0x2b;
        out.put(load, 0, 0);
        return;
      }
      if (type == I32 && chance(0.05)) {
        out.put(Instruction.I32_CONST, pick(3), Instruction.MEMORY_GROW, 0);
        return;
      }
      List<Instruction> all = OPERATIONS;
      int from = pick(all.size());
      for (int i = 0; i < all.size(); i++) {
        Instruction op = all.get((from + i) % all.size());
        if (op.results().length() == 1 && letter(op.results().charAt(0)) == type) {
          op.parameters().chars().forEach(letter -> value(letter((char) letter), depth - 1));
          if (op.opcode() > 0xff) {
            out.put(0xfc).unsigned(op.opcode() & 0xff);
          } else {
            out.put(op.opcode());
          }
          return;
        }
      }
    }

    private static char letter(char letter) {
      return switch (letter) {
        case 'i' -> I32;
        case 'I' -> I64;
        case 'f' -> F32;
        default -> F64;
      };
    }

    private void address(int depth) {
      value(I32, depth - 1);
      out.put(Instruction.I32_CONST).signed(0xfff0).put(Instruction.I32_AND);
    }

    private void statements(int depth) {
      if (depth > 0) {
        for (int i = 1 + pick(3); i > 0; i--) {
          statement(depth);
        }
      }
    }

    private void statement(int depth) {
      switch (pick(16)) {
        case 0, 1, 2 -> {
          char type = number();
          int local = local(type, true);
          value(type, depth);
          if (local >= 0) {
            out.op(Instruction.LOCAL_SET, local);
          } else {
            out.put(Instruction.DROP);
          }
        }
        case 3, 4 -> store(depth);
        case 5 -> {
          boolean real = chance(0.5);
          value(real ? F64 : I64, depth);
          out.op(Instruction.GLOBAL_SET, real ? GLOBAL_FLOAT : GLOBAL_INT);
        }
        case 6, 7 -> {
          value(I32, depth);
          open(Instruction.IF, "", "");
          statements(depth - 1);
          if (chance(0.5)) {
            out.put(Instruction.ELSE);
            statements(depth - 1);
          }
          close();
        }
        case 8, 9 -> {
          open(Instruction.BLOCK, "", "");
          statements(depth - 1);
          close();
        }
        case 10 -> loop(depth);
        case 11, 12 -> countedLoop(depth);
        case 13 -> branch(depth);
        case 14 -> {
          if (chance(0.3)) {
            values(type.results(), 1);
            out.put(Instruction.RETURN);
          } else {
            bulk(depth);
          }
        }
        default -> {
          value(number(), depth);
          out.put(Instruction.DROP);
        }
      }
    }

    private void store(int depth) {
      char type = number();
      address(depth);
      value(type, depth);
      out.put(type == I32 ? 0x36 : type == I64 ? 0x37 : type == F32 ? 0x38 : 0x39, 0, 0);
    }

    private void bulk(int depth) {
      address(depth);
      out.put(Instruction.I32_CONST, pick(60));
      value(I32, depth - 1);
      out.put(Instruction.I32_CONST).signed(0xfff).put(Instruction.I32_AND);
      if (chance(0.5)) {
        out.put(0xfc, 0x0b, 0);
      } else {
        out.put(0xfc, 0x0a, 0, 0);
      }
    }

    /** A loop that goes on while the module's counter and a condition let it. */
    private void loop(int depth) {
      open(Instruction.LOOP, "", "");
      turn();
      out.put(Instruction.IF, EMPTY, Instruction.UNREACHABLE, Instruction.END);
      statements(depth - 1);
      if (chance(0.8)) {
        value(I32, depth - 1);
        out.op(Instruction.BR_IF, 0);
      }
      close();
    }

    /** A loop as compilers write them: a local steps to a bound. */
    private void countedLoop(int depth) {
      int local = local(I32, true);
      if (local < 0) {
        return;
      }
      int[] steps = {1, 1, -1, 2, 4, -4, 3, -7, 12};
      int step = steps[pick(steps.length)];
      int bound = chance(0.4) ? 0 : pick(2_000) - 1_000;
      int turns = 1 + pick(chance(0.1) ? 3_000 : 20);
      boolean middle = chance(0.3);
      out.put(Instruction.I32_CONST).signed(bound - turns * step);
      if (chance(0.4)) {
        // Not known before it runs: the same number, out of memory that is zero at the beginning.
        address(0);
        out.put(0x2d, 0, 0, Instruction.I32_CONST, 0, Instruction.I32_AND, Instruction.I32_ADD);
      }
      out.op(Instruction.LOCAL_SET, local);
      fixed[local] = true;
      open(Instruction.BLOCK, "", "");
      open(Instruction.LOOP, "", null);
      if (chance(0.6)) {
        inside(Math.min(depth - 1, 2));
      }
      if (middle) {
        out.op(Instruction.LOCAL_GET, local);
        compare(bound, 0x46, true);
        out.op(Instruction.BR_IF, 1);
        step(local, step, Instruction.LOCAL_SET);
        out.op(Instruction.BR, 0);
      } else {
        step(local, step, Instruction.LOCAL_TEE);
        compare(bound, 0x47, false);
        out.op(Instruction.BR_IF, 0);
      }
      close();
      close();
      fixed[local] = false;
    }

    /** Statements that do not leave the loop, most of the time. */
    private void inside(int depth) {
      if (chance(0.8)) {
        List<String> outer = new ArrayList<>(labels);
        labels.replaceAll(label -> null);
        if (chance(0.5)) {
          store(depth);
        } else {
          value(I32, depth);
          open(Instruction.IF, "", "");
          store(depth);
          close();
        }
        labels.clear();
        labels.addAll(outer);
      } else {
        statements(depth);
      }
    }

    private void step(int local, int step, int then) {
      out.op(Instruction.LOCAL_GET, local).put(Instruction.I32_CONST).signed(step);
      out.put(Instruction.I32_ADD).op(then, local);
    }

    private void compare(int bound, int opcode, boolean equal) {
      if (bound != 0) {
        out.put(Instruction.I32_CONST).signed(bound).put(opcode);
      } else if (equal) {
        out.put(Instruction.I32_EQZ);
      }
    }

    /** A branch out of some blocks, or a jump table. */
    private void branch(int depth) {
      List<Integer> open = new ArrayList<>();
      for (int i = 0; i < labels.size(); i++) {
        if (labels.get(i) != null && labels.get(i).isEmpty()) {
          open.add(labels.size() - 1 - i);
        }
      }
      if (open.isEmpty()) {
        return;
      }
      int target = open.get(pick(open.size()));
      switch (pick(3)) {
        case 0 -> {
          value(I32, depth - 1);
          out.op(Instruction.BR_IF, target);
        }
        case 1 -> out.op(Instruction.BR, target);
        default -> {
          value(I32, depth - 1);
          int count = pick(4);
          out.op(Instruction.BR_TABLE, count);
          for (int i = 0; i <= count; i++) {
            out.unsigned(open.get(pick(open.size())));
          }
        }
      }
    }
  }

  private static final List<Instruction> OPERATIONS = operations();

  private static List<Instruction> operations() {
    List<Instruction> all = new ArrayList<>();
    for (Instruction op : Instruction.all()) {
      boolean numeric =
          !op.varies()
              && op.immediates() == Instruction.Immediates.NONE
              && op.results().length() == 1
              && !op.parameters().contains("r");
      if (numeric) {
        all.add(op);
      }
    }
    all.sort(Comparator.comparingInt(Instruction::opcode));
    return all;
  }
}
