package io.edgebeat.benchmarks.wasm;

import static java.util.Objects.requireNonNull;

import io.edgebeat.benchmarks.wasm.ModuleGenerator.Callee;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the body of one function: values of a type, which hold other values, and statements. */
final class BodyGenerator {
  /** Addresses with this mask and offsets below {@link #SAFE_OFFSET} lie in every memory. */
  private static final int SAFE_ADDRESS = 0x7fff;

  private static final int SAFE_OFFSET = 0x4000;
  private static final int DEPTH = 4;

  private final ModuleGenerator module;
  private final String results;
  private final StringBuilder types;
  private final int parameters;

  /** Locals that statements may write. */
  private final int writable;

  private final List<Label> labels = new ArrayList<>();
  private Code code = new Code();
  private final double budget;
  private double times = 1;
  private double cost;

  /**
   * A block that code is in.
   *
   * @param types what must lie on the stack for a branch to it
   * @param loop whether a branch begins it anew, which nobody does by chance
   * @param exit whether a branch ends so much that it should happen seldom
   */
  private record Label(String types, boolean loop, boolean exit) {}

  BodyGenerator(ModuleGenerator module, String shape, double budget) {
    this.module = module;
    this.budget = budget;
    this.results = shape.substring(shape.indexOf(':') + 1);
    this.types = new StringBuilder(shape.substring(0, shape.indexOf(':')));
    this.parameters = types.length();
    types.append("iIfF").append(module.numbers(0, 3)).append(module.chance(0.5) ? "rx" : "");
    this.writable = types.length();
    labels.add(new Label(results, false, true));
  }

  /** The locals beyond the parameters, as {@link ModuleWriter#function} takes them. */
  String locals() {
    return types.substring(parameters);
  }

  double cost() {
    return cost;
  }

  /** Some statements, and then the results. */
  Code whole(int statements) {
    statements(statements);
    values(results, 2);
    return code.op("end");
  }

  /** The same, so often that it costs about what it shall. */
  Code repeated(double work) {
    Code before = code;
    int counter = reserve('i');
    labels.add(new Label("", true, true));
    labels.add(new Label("", false, false));
    code = new Code();
    for (int i = 0; i < 200 && cost < work / 200; i++) {
      statement(DEPTH);
    }
    Code inner = code;
    labels.remove(labels.size() - 1);
    labels.remove(labels.size() - 1);
    int turns = (int) Math.max(2, Math.min(20_000, work / Math.max(cost, 1)));
    code = before;
    code.i32(turns).op("local.set").unsigned(counter);
    code.op("loop").raw(0x40).op("block").raw(0x40).raw(inner).op("end");
    countDown(counter);
    code.op("end");
    values(results, 2);
    return code.op("end");
  }

  private int reserve(char type) {
    types.append(type);
    return types.length() - 1;
  }

  private void op(String name) {
    op(Op.named(name));
  }

  private void op(Op op) {
    code.op(op);
    if (op.immediate() == Op.Immediate.ZERO) {
      code.raw(0);
    }
    cost += times;
  }

  private void countDown(int counter) {
    code.op("local.get").unsigned(counter).i32(1);
    op("i32.sub");
    code.op("local.tee").unsigned(counter).op("br_if").unsigned(0);
    cost += 4 * times;
  }

  private int random(int bound) {
    return module.random.nextInt(bound);
  }

  // Values.

  void values(String wanted, int depth) {
    for (int i = 0; i < wanted.length(); i++) {
      value(wanted.charAt(i), depth);
    }
  }

  void value(char type, int depth) {
    if (type == 'r' || type == 'x') {
      reference(type, depth);
    } else if (depth <= 0 || cost > budget) {
      leaf(type);
    } else {
      switch (random(12)) {
        case 0 -> leaf(type);
        case 1 -> load(type, depth);
        case 2 -> select(type, depth);
        case 3 -> block(type, depth);
        case 4 -> conditional(type, depth);
        case 5 -> {
          if (!callFor(type, depth)) {
            arithmetic(type, depth);
          }
        }
        case 6 -> {
          value(type, depth - 1);
          code.op("local.tee").unsigned(local(type, writable));
          cost += times;
        }
        case 7 -> {
          if (type == 'i') {
            size(depth);
          } else {
            arithmetic(type, depth);
          }
        }
        default -> arithmetic(type, depth);
      }
    }
  }

  private void leaf(char type) {
    cost += times;
    if (module.chance(0.3)) {
      Constants.write(code, type, module.random);
    } else if (module.chance(0.75)) {
      code.op("local.get").unsigned(local(type, writable));
    } else {
      code.op("global.get").unsigned(global(type));
    }
  }

  /** A local of a type; there is at least one of each number. */
  private int local(char type, int below) {
    int from = random(below);
    for (int i = 0; i < below; i++) {
      int at = (from + i) % below;
      if (types.charAt(at) == type) {
        return at;
      }
    }
    throw new IllegalStateException("no local of type " + type);
  }

  private int global(char type) {
    int from = random(module.globals.length());
    while (module.globals.charAt(from) != type) {
      from = (from + 1) % module.globals.length();
    }
    return from;
  }

  private void arithmetic(char type, int depth) {
    List<Op> all = requireNonNull(Operands.ARITHMETIC.get(type));
    Op op = all.get(random(all.size()));
    if (Operands.truncates(op) && !module.risky()) {
      value('i', depth - 1);
      code.i32(0xffff);
      op("i32.and");
      op((op.takes().equals("f") ? "f32" : "f64") + ".convert_i32_u");
    } else {
      values(op.takes(), depth - 1);
      if (Operands.divides(op) && !module.risky()) {
        // Neither 0 nor -1.
        String name = type == 'i' ? "i32" : "i64";
        code.op(name + ".const").signed(0x7fff);
        op(name + ".and");
        code.op(name + ".const").signed(1);
        op(name + ".or");
      }
    }
    op(op);
  }

  private void address(int depth) {
    value('i', depth - 1);
    if (!module.risky()) {
      code.i32(SAFE_ADDRESS);
      op("i32.and");
    }
  }

  private void access(Op op) {
    op(op);
    code.unsigned((long) random(2) * Operands.width(op));
    code.unsigned(
        module.risky() ? module.random.nextLong(1L << 32) : random(random(2) * SAFE_OFFSET + 1));
  }

  private void load(char type, int depth) {
    List<Op> all = requireNonNull(Operands.LOADS.get(type));
    address(depth);
    access(all.get(random(all.size())));
  }

  private void select(char type, int depth) {
    value(type, depth - 1);
    value(type, depth - 1);
    value('i', depth - 1);
    if (type == 'r' || type == 'x' || module.chance(0.3)) {
      op("select_t");
      code.unsigned(1).raw(Code.type(type));
    } else {
      op("select");
    }
  }

  /** A block that gives a value, which a branch may give earlier. */
  private void block(char type, int depth) {
    open("block", type);
    if (module.chance(0.4)) {
      statement(depth - 1);
    }
    int kind = random(4);
    if (kind == 0) {
      value(type, depth - 1);
      value('i', depth - 1);
      op("br_if");
      code.unsigned(0);
      op("drop");
    } else if (kind == 1) {
      value(type, depth - 1);
      value('i', depth - 1);
      table(String.valueOf(type));
      close();
      return;
    }
    value(type, depth - 1);
    close();
  }

  private void conditional(char type, int depth) {
    value('i', depth - 1);
    open("if", type);
    double before = cost;
    value(type, depth - 1);
    double first = cost - before;
    op("else");
    cost = before;
    value(type, depth - 1);
    cost = Math.max(before + first, cost);
    close();
  }

  private void open(String kind, char type) {
    op(kind);
    code.raw(Code.type(type));
    labels.add(new Label(String.valueOf(type), false, false));
  }

  private void openEmpty(String kind) {
    op(kind);
    code.raw(0x40);
    labels.add(new Label("", kind.equals("loop"), false));
  }

  private void close() {
    code.op("end");
    labels.remove(labels.size() - 1);
  }

  private void size(int depth) {
    switch (random(5)) {
      case 0 -> op("memory.size");
      case 1 -> {
        code.i32(random(10) == 0 ? 1 : random(3) == 0 ? 5 : module.risky() ? 100_000 : 0);
        op("memory.grow");
      }
      case 2 -> {
        op("table.size");
        code.unsigned(random(3));
      }
      case 3 -> {
        boolean foreign = module.chance(0.5);
        value(foreign ? 'x' : 'r', depth - 1);
        code.i32(random(8) == 0 ? 1 : random(4) == 0 ? 1_000 : 0);
        op("table.grow");
        code.unsigned(foreign ? ModuleGenerator.FOREIGN : ModuleGenerator.MOVED);
      }
      default -> {
        value(module.chance(0.5) ? 'x' : 'r', depth - 1);
        op("ref.is_null");
      }
    }
  }

  private void reference(char type, int depth) {
    boolean foreign = type == 'x';
    switch (random(depth > 0 ? 5 : 3)) {
      case 0 -> {
        op("ref.null");
        code.raw(Code.type(type));
      }
      case 1 -> {
        int at = types.indexOf(String.valueOf(type));
        if (at >= 0) {
          code.op("local.get").unsigned(at);
        } else {
          code.op("ref.null").raw(Code.type(type));
        }
      }
      case 2 -> {
        Callee callee =
            module.callees.isEmpty() ? null : module.callees.get(random(module.callees.size()));
        if (foreign || callee == null || callee.entry() < 0) {
          code.op("ref.null").raw(Code.type(type));
        } else {
          op("ref.func");
          code.unsigned(callee.index());
        }
      }
      case 3 -> {
        entry(depth);
        op("table.get");
        code.unsigned(foreign ? ModuleGenerator.FOREIGN : random(2));
      }
      default -> select(type, depth - 1);
    }
  }

  /** The number of an entry that every table has, or of any. */
  private void entry(int depth) {
    value('i', depth - 1);
    if (!module.risky()) {
      code.i32(ModuleGenerator.ENTRIES - 1);
      op("i32.and");
    }
  }

  // Calls.

  private boolean callFor(char type, int depth) {
    Callee callee = affordable(String.valueOf(type));
    if (callee == null) {
      return false;
    }
    call(callee, depth);
    for (int i = 1; i < callee.results().length(); i++) {
      op("drop");
    }
    return true;
  }

  /** A function whose first results are these, if the budget allows to call one. */
  private @Nullable Callee affordable(String results) {
    if (module.callees.isEmpty()) {
      return null;
    }
    int from = random(module.callees.size());
    for (int i = 0; i < module.callees.size(); i++) {
      Callee callee = module.callees.get((from + i) % module.callees.size());
      if (callee.results().startsWith(results) && cost + callee.cost() * times < budget) {
        return callee;
      }
    }
    return null;
  }

  private void call(Callee callee, int depth) {
    values(callee.parameters(), depth - 1);
    if (callee.entry() >= 0 && module.chance(0.4)) {
      if (module.risky()) {
        value('i', depth - 1);
      } else {
        code.i32(callee.entry());
      }
      op("call_indirect");
      code.unsigned(module.writer.type(callee.shape()));
      code.unsigned(module.risky() ? ModuleGenerator.MOVED : ModuleGenerator.CALLED);
    } else {
      op("call");
      code.unsigned(callee.index());
    }
    cost += callee.cost() * times;
  }

  // Statements.

  private void statements(int count) {
    for (int i = 0; i < count; i++) {
      statement(DEPTH);
    }
  }

  void statement(int depth) {
    if (depth <= 0 || cost > budget) {
      assign(1);
      return;
    }
    switch (random(20)) {
      case 0, 1, 2, 3 -> assign(depth);
      case 4, 5, 6 -> {
        Op store = Operands.STORES.get(random(Operands.STORES.size()));
        address(depth);
        value(store.takes().charAt(1), depth - 1);
        access(store);
      }
      case 7, 8 -> {
        condition(depth, 0);
        openEmpty("if");
        statement(depth - 1);
        if (module.chance(0.5)) {
          op("else");
          statement(depth - 1);
        }
        close();
      }
      case 9 -> {
        openEmpty("block");
        statement(depth - 1);
        branch(depth);
        statement(depth - 1);
        close();
      }
      case 10, 11 -> loop(depth);
      case 12, 13 -> {
        Callee callee = affordable("");
        if (callee == null) {
          assign(depth);
        } else {
          call(callee, depth);
          discard(callee.results());
        }
      }
      case 14 -> bulk(depth);
      case 15 -> tables(depth);
      case 16 -> branch(depth);
      case 17 -> leave(depth);
      case 18 -> several(depth);
      default -> {
        if (module.endless && module.chance(0.1)) {
          endless(depth);
        } else if (module.risky()) {
          condition(depth, 6);
          openEmpty("if");
          op("unreachable");
          close();
        } else {
          value(module.number(), depth - 1);
          op("drop");
          op("nop");
        }
      }
    }
  }

  private void assign(int depth) {
    int at = random(writable);
    char type = types.charAt(at);
    if (type != 'r' && type != 'x' && module.chance(0.3)) {
      value(type, depth - 1);
      op("global.set");
      code.unsigned(global(type));
    } else {
      value(type, depth - 1);
      op("local.set");
      code.unsigned(at);
    }
  }

  private void discard(String onStack) {
    for (int i = onStack.length() - 1; i >= 0; i--) {
      if (module.chance(0.7)) {
        op("local.set");
        code.unsigned(local(onStack.charAt(i), writable));
      } else {
        op("drop");
      }
    }
  }

  /** A condition that is true about once in 2^bits. */
  private void condition(int depth, int bits) {
    value('i', depth - 1);
    if (bits > 0) {
      code.i32((1 << bits) - 1);
      op("i32.and");
      op("i32.eqz");
    }
  }

  /** A loop that ends; a branch to the block in it goes on with its next turn. */
  private void loop(int depth) {
    int turns = 2 + random(random(4) == 0 ? 60 : 12);
    if (cost + times * turns * 12 > budget) {
      assign(depth);
      return;
    }
    int counter = reserve('i');
    code.i32(turns);
    op("local.set");
    code.unsigned(counter);
    times *= turns;
    openEmpty("loop");
    openEmpty("block");
    statement(depth - 1);
    if (module.chance(0.5)) {
      statement(depth - 1);
    }
    close();
    countDown(counter);
    close();
    times /= turns;
  }

  private void endless(int depth) {
    openEmpty("loop");
    assign(depth - 1);
    if (module.chance(0.5)) {
      op("br");
      code.unsigned(0);
    } else {
      condition(depth, 1);
      op("i32.eqz");
      op("br_if");
      code.unsigned(0);
    }
    close();
  }

  /** A conditional branch to one of the blocks around, with what it wants. */
  private void branch(int depth) {
    int level = random(labels.size());
    Label label = labels.get(labels.size() - 1 - level);
    if (label.loop || (label.exit && !module.chance(0.1))) {
      assign(depth);
      return;
    }
    if (module.chance(0.2) && label.types.isEmpty() && !label.exit) {
      openEmpty("block");
      value('i', depth - 1);
      table("");
      close();
    } else if (module.chance(0.3)) {
      condition(depth, label.exit ? 10 : 1);
      openEmpty("if");
      values(label.types, depth - 1);
      op("br");
      code.unsigned(level + 1);
      close();
    } else {
      values(label.types, depth - 1);
      condition(depth, label.exit ? 10 : 1);
      op("br_if");
      code.unsigned(level);
      discard(label.types);
    }
  }

  /** A branch by a number to blocks that want just these types; their values are on the stack. */
  private void table(String wanted) {
    List<Integer> fitting = new ArrayList<>();
    for (int level = 0; level < labels.size(); level++) {
      Label label = labels.get(labels.size() - 1 - level);
      if (label.types.equals(wanted) && !label.loop && !label.exit) {
        fitting.add(level);
      }
    }
    int count = random(6);
    op("br_table");
    code.unsigned(count);
    for (int i = 0; i <= count; i++) {
      code.unsigned(fitting.get(random(fitting.size())));
    }
  }

  /** Ends the function, seldom. */
  private void leave(int depth) {
    condition(depth, labels.size() > 1 ? 9 : 4);
    openEmpty("if");
    values(results, depth - 1);
    op("return");
    close();
  }

  /** A block that gives several values; one that takes some is refused. */
  private void several(int depth) {
    String gives = module.numbers(2, 3);
    op(module.chance(0.5) ? "block" : "loop");
    code.signed(module.writer.type(":" + gives));
    // Nobody branches to a loop.
    labels.add(new Label(gives, true, false));
    statement(depth - 1);
    values(gives, depth - 1);
    close();
    discard(gives);
  }

  private void bulk(int depth) {
    switch (random(4)) {
      case 0 -> {
        range(depth);
        op("memory.copy");
        code.unsigned(0).unsigned(0);
      }
      case 1 -> {
        address(depth);
        value('i', depth - 1);
        length(depth);
        op("memory.fill");
      }
      case 2 -> {
        address(depth);
        boolean risky = module.risky();
        code.i32(risky ? random(100) : random(16)).i32(risky ? random(100) : random(40));
        op("memory.init");
        code.unsigned(1).unsigned(0);
      }
      default -> {
        op("data.drop");
        code.unsigned(module.risky() ? 1 : 2);
      }
    }
  }

  private void range(int depth) {
    address(depth);
    address(depth);
    length(depth);
  }

  private void length(int depth) {
    value('i', depth - 1);
    if (!module.risky()) {
      code.i32(module.chance(0.1) ? 0xfff : 0x3f);
      op("i32.and");
    }
    cost += 20 * times;
  }

  private void tables(int depth) {
    boolean foreign = module.chance(0.4);
    int table = foreign ? ModuleGenerator.FOREIGN : ModuleGenerator.MOVED;
    char type = foreign ? 'x' : 'r';
    boolean risky = module.risky();
    int first = random(ModuleGenerator.ENTRIES / 2);
    int most = risky ? 100 : ModuleGenerator.ENTRIES / 2;
    switch (random(5)) {
      case 0 -> {
        entry(depth);
        value(type, depth - 1);
        op("table.set");
        code.unsigned(table);
      }
      case 1 -> {
        code.i32(first);
        value(type, depth - 1);
        code.i32(random(most));
        op("table.fill");
        code.unsigned(table);
      }
      case 2 -> {
        code.i32(first).i32(random(ModuleGenerator.ENTRIES / 2)).i32(random(most));
        op("table.copy");
        code.unsigned(table).unsigned(foreign ? table : random(2));
      }
      case 3 -> {
        code.i32(first).i32(random(2)).i32(risky ? random(9) : random(3));
        op("table.init");
        code.unsigned(1).unsigned(ModuleGenerator.MOVED);
      }
      default -> {
        op("elem.drop");
        code.unsigned(risky ? 1 : 2);
      }
    }
  }
}
