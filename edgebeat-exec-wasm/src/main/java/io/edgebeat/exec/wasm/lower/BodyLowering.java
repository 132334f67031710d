package io.edgebeat.exec.wasm.lower;

import static io.edgebeat.exec.wasm.lower.Instructions.*;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes one body again: control flow here, accesses by {@link AddressLowering}.
 *
 * <p>An exception becomes a value of hidden globals and a branch. Each {@code try} is a block that
 * holds a second one, whose end begins its clauses; whoever throws sets the globals and branches to
 * the end of the innermost such block, and a call of a function that can throw is followed by such
 * a branch if an exception is pending. Branches drop what lies on the operand stack, so none of
 * this has to know types. Behind the outermost one the function returns with meaningless results,
 * and its caller looks.
 */
final class BodyLowering {
  private static final long VOID = TypeTable.VOID;
  private static final int I32_CONST = 0x41;
  private static final int I32_EQ = 0x46;
  private static final int LOCAL_GET = 0x20;
  private static final int LOCAL_SET = 0x21;

  /** No handler is around: nothing in the function throws. */
  private static final int NOWHERE = -1;

  /** The number of the first of the locals that take operands into a try. */
  private static final int FIRST_OPERAND = 8;

  private static final byte[] NOTHING = {};

  private static final int NO_CLAUSE = -2;
  private static final int ALL = -1;

  /** A label of the source, with the block that stands for it. */
  private static final class Label {
    final int opcode;
    final int level;
    final int handlerOutside;
    int handlerInside;
    long results = VOID;
    ThrowAnalysis.Try shape = new ThrowAnalysis.Try();
    List<Clause> clauses = List.of();

    /** The tag of the clause that is being written, or {@link #ALL} or {@link #NO_CLAUSE}. */
    int clause = NO_CLAUSE;

    /** The locals that hold the caught exception for a rethrow, by value; the tag's last. */
    List<Integer> saved = List.of();

    Label(int opcode, int level, int handlerOutside) {
      this.opcode = opcode;
      this.level = level;
      this.handlerOutside = handlerOutside;
      this.handlerInside = handlerOutside;
    }
  }

  private final SourceModule module;
  private final ThrowAnalysis throwing;
  private final Pending pending;
  private final TypeTable types;
  private final int function;
  private final ThrowAnalysis.Facts facts;
  private final Output out = new Output();
  private final List<Label> labels = new ArrayList<>();
  private final Scratch scratch;
  private final AddressLowering addresses;
  private final Instructions code;
  private final Output locals = new Output();
  private final int groups;
  private int level;
  private int handler = NOWHERE;
  private int tries;

  BodyLowering(
      SourceModule module, ThrowAnalysis throwing, Pending pending, TypeTable types, int body) {
    this.module = module;
    this.throwing = throwing;
    this.pending = pending;
    this.types = types;
    this.function = module.imports + body;
    this.facts = throwing.facts(body);
    Input in = module.bodies.get(body).copy();
    int count = module.signature(function).parameters().length;
    groups = in.index();
    int start = in.position();
    for (int i = 0; i < groups; i++) {
      count += in.index();
      in.u8();
    }
    locals.bytes(in.since(start));
    this.scratch = new Scratch(count);
    this.code = new Instructions(in);
    this.addresses = new AddressLowering(module, code, scratch, out);
  }

  /** The body with its locals, without its size. */
  Output lower() {
    Signature shape = module.signature(function);
    boolean unwinds = facts.handles || throwing.mayThrow(function);
    if (unwinds) {
      open(BLOCK, VOID);
      handler = level;
      open(BLOCK, types.block(shape.results()));
    }
    labels.add(new Label(BLOCK, level, handler));
    while (!labels.isEmpty()) {
      if (!code.hasMore()) {
        throw Input.bad("a body ends before its last instruction");
      }
      code.next();
      instruction();
    }
    if (code.hasMore()) {
      throw Input.bad("a body goes on behind its end at offset " + code.start());
    }
    if (unwinds) {
      out.op(RETURN);
      close();
      for (byte type : shape.results()) {
        Signature.writeDefault(out, type);
      }
      out.op(END);
    }
    Output body = new Output();
    body.u(groups + scratch.count()).bytes(locals.toByteArray());
    scratch.writeTo(body);
    return body.bytes(out.toByteArray());
  }

  private void open(int opcode, long type) {
    out.op(opcode).s(type);
    level++;
  }

  private void close() {
    out.op(END);
    level--;
  }

  private void branch(int opcode, int target) {
    out.op(opcode).u(level - target);
  }

  private Label label(int depth) {
    int at = labels.size() - 1 - depth;
    if (at < 0) {
      throw Input.bad("unknown label " + depth + " at offset " + code.start());
    }
    return labels.get(at);
  }

  private void instruction() {
    switch (code.opcode()) {
      case BLOCK, LOOP, IF -> {
        open(code.opcode(), code.first());
        labels.add(new Label(code.opcode(), level, handler));
      }
      case TRY -> openTry(facts.tries.get(tries++));
      case TRY_TABLE -> openTryTable();
      case CATCH -> clause(code.firstIndex());
      case CATCH_ALL -> clause(ALL);
      case DELEGATE, END -> end();
      case THROW -> raise(code.firstIndex());
      case RETHROW -> rethrow(label(code.firstIndex()));
      case THROW_REF ->
          throw Input.refused(
              "throw_ref (at offset "
                  + code.start()
                  + "); references to exceptions cannot be lowered");
      case BR, BR_IF -> branch(code.opcode(), label(code.firstIndex()).level);
      case BR_TABLE -> {
        out.op(BR_TABLE).u(code.labels().size() - 1);
        for (int depth : code.labels()) {
          out.u(level - label(depth).level);
        }
      }
      case CALL -> {
        checkIndex("function", code.firstIndex(), module.functions.size());
        out.bytes(code.raw());
        look(throwing.mayThrow(code.firstIndex()));
      }
      case CALL_INDIRECT -> {
        checkIndex("type", code.firstIndex(), module.types.size());
        addresses.callIndirect();
        look(throwing.mayThrow(module.types.get(code.firstIndex())));
      }
      case RETURN_CALL_INDIRECT -> {
        checkIndex("type", code.firstIndex(), module.types.size());
        addresses.callIndirect();
      }
      case RETURN_CALL, REF_FUNC -> {
        checkIndex("function", code.firstIndex(), module.functions.size());
        out.bytes(code.raw());
      }
      case GLOBAL_GET, GLOBAL_SET -> {
        checkIndex("global", code.firstIndex(), module.globals.size());
        out.bytes(code.raw());
      }
      default -> addresses.instruction();
    }
  }

  /** What is added to a module lies behind what it has, where it cannot reach. */
  private void checkIndex(String what, int index, int count) {
    if (index >= count) {
      throw Input.bad("unknown " + what + " " + index + " at offset " + code.start());
    }
  }

  private void look(boolean mayThrow) {
    if (mayThrow) {
      out.op(GLOBAL_GET).u(pending.tag());
      branch(BR_IF, handler);
    }
  }

  private void openTry(ThrowAnalysis.Try shape) {
    int delegated = shape.delegate < 0 ? handler : label(shape.delegate).handlerInside;
    Label label = openHandled(TRY, shape.catches);
    label.shape = shape;
    if (!shape.catches) {
      label.handlerInside = delegated;
      handler = delegated;
    }
  }

  private void openTryTable() {
    List<Clause> clauses = new ArrayList<>();
    for (Clause clause : code.clauses()) {
      clauses.add(new Clause(clause.tag(), label(clause.label()).level));
    }
    openHandled(TRY_TABLE, !clauses.isEmpty()).clauses = clauses;
  }

  /**
   * Opens the block of a try and, if it catches, the one whose end begins its clauses. What goes
   * into the try goes through locals: it shall not lie below what branches to that end.
   */
  private Label openHandled(int opcode, boolean catches) {
    long type = code.first();
    if (type >= 0) {
      checkIndex("type", (int) type, module.types.size());
    }
    if (!catches) {
      open(BLOCK, type);
      Label label = new Label(opcode, level, handler);
      labels.add(label);
      return label;
    }
    byte[] parameters = type < 0 ? NOTHING : module.types.get((int) type).parameters();
    for (int i = parameters.length - 1; i >= 0; i--) {
      out.op(LOCAL_SET).u(scratch.slot(parameters[i], FIRST_OPERAND + i));
    }
    long results = type < 0 ? type : types.block(module.types.get((int) type).results());
    open(BLOCK, results);
    Label label = new Label(opcode, level, handler);
    label.results = results;
    labels.add(label);
    open(BLOCK, VOID);
    label.handlerInside = level;
    handler = level;
    open(BLOCK, results);
    for (int i = 0; i < parameters.length; i++) {
      out.op(LOCAL_GET).u(scratch.slot(parameters[i], FIRST_OPERAND + i));
    }
    return label;
  }

  private void clause(int tag) {
    Label label = label(0);
    if (label.opcode != TRY || label.clause == ALL) {
      throw Input.bad("a catch at offset " + code.start() + " in no try");
    }
    leaveClause(label);
    label.handlerInside = label.handlerOutside;
    handler = label.handlerOutside;
    label.clause = tag;
    if (tag == ALL) {
      if (label.shape.rethrown) {
        saveAll(label);
      }
      take();
    } else {
      Signature carried = module.tag(tag);
      openMatch(tag);
      if (label.shape.rethrown) {
        save(label, carried);
      }
      take();
      open(BLOCK, label.results);
      load(carried);
    }
  }

  /**
   * Ends the body of a try or the clause before. Each lies in a block of its own, in which nothing
   * but its results may be left, as in the source.
   */
  private void leaveClause(Label label) {
    close();
    branch(BR, label.level);
    close();
    giveBack(label);
  }

  private void openMatch(int tag) {
    out.op(GLOBAL_GET).u(pending.tag()).op(I32_CONST).s(tag + 1L).op(I32_EQ);
    open(IF, VOID);
  }

  /** Nothing is pending any more. */
  private void take() {
    out.op(I32_CONST, 0, GLOBAL_SET).u(pending.tag());
  }

  private void load(Signature carried) {
    for (int i = 0; i < carried.parameters().length; i++) {
      out.op(GLOBAL_GET).u(pending.value(carried, i));
    }
  }

  private void end() {
    Label label = labels.removeLast();
    if (label.opcode == TRY && label.shape.catches) {
      if (label.clause == NO_CLAUSE) {
        throw Input.bad("a try without its clauses ends at offset " + code.start());
      }
      if (label.clause != ALL) {
        leaveClause(label);
        branch(BR, label.handlerOutside);
      } else {
        giveBack(label);
      }
    } else if (!label.clauses.isEmpty()) {
      close();
      branch(BR, label.level);
      close();
      clauses(label);
    }
    handler = label.handlerOutside;
    close();
  }

  private void clauses(Label label) {
    for (Clause clause : label.clauses) {
      if (clause.tag() == ALL) {
        take();
        branch(BR, clause.label());
        return;
      }
      openMatch(clause.tag());
      take();
      load(module.tag(clause.tag()));
      branch(BR, clause.label());
      close();
    }
    branch(BR, label.handlerOutside);
  }

  private void raise(int tag) {
    Signature carried = module.tag(tag);
    for (int i = carried.parameters().length - 1; i >= 0; i--) {
      out.op(GLOBAL_SET).u(pending.value(carried, i));
    }
    out.op(I32_CONST).s(tag + 1L).op(GLOBAL_SET).u(pending.tag());
    branch(BR, handler);
  }

  private void save(Label label, Signature carried) {
    label.saved = new ArrayList<>();
    for (int i = 0; i < carried.parameters().length; i++) {
      save(label, carried.parameters()[i], pending.value(carried, i));
    }
  }

  private void saveAll(Label label) {
    label.saved = new ArrayList<>();
    for (int i = 0; i < pending.payload().size(); i++) {
      save(label, pending.payload().get(i), pending.tag() + 1 + i);
    }
    save(label, Signature.I32, pending.tag());
  }

  private void save(Label label, byte type, int global) {
    int local = scratch.take(type);
    label.saved.add(local);
    out.op(GLOBAL_GET).u(global).op(LOCAL_SET).u(local);
  }

  private void giveBack(Label label) {
    if (!label.saved.isEmpty()) {
      for (int i = 0; i < label.saved.size(); i++) {
        scratch.giveBack(savedType(label, i), label.saved.get(i));
      }
      label.saved = List.of();
    }
  }

  private byte savedType(Label label, int value) {
    if (label.clause != ALL) {
      return module.tag(label.clause).parameters()[value];
    }
    return value < pending.payload().size() ? pending.payload().get(value) : Signature.I32;
  }

  private void rethrow(Label label) {
    if (label.opcode != TRY || label.clause == NO_CLAUSE) {
      throw Input.bad("a rethrow at offset " + code.start() + " in no catch");
    }
    boolean all = label.clause == ALL;
    int values = all ? pending.payload().size() : label.saved.size();
    for (int i = 0; i < values; i++) {
      int global = all ? pending.tag() + 1 + i : pending.value(module.tag(label.clause), i);
      out.op(LOCAL_GET).u(label.saved.get(i)).op(GLOBAL_SET).u(global);
    }
    if (all) {
      out.op(LOCAL_GET).u(label.saved.get(values));
    } else {
      out.op(I32_CONST).s(label.clause + 1L);
    }
    out.op(GLOBAL_SET).u(pending.tag());
    branch(BR, handler);
  }
}
