package io.edgebeat.benchmarks.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A valid module taken to pieces down to its instructions, so that it can be put together in
 * another way. It shares nothing with the meter, which does the like.
 */
final class Anatomy {
  private static final int CUSTOM = 0;
  private static final int TYPES = 1;
  private static final int IMPORTS = 2;
  private static final int FUNCTIONS = 3;
  private static final int EXPORTS = 7;
  private static final int START = 8;
  private static final int CODE = 10;

  /** How sections follow one another. */
  private static final int[] ORDER = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11};

  /** Under which name a start function is exported by {@link #exportStart}. */
  static final String STARTED = "started";

  private final TreeMap<Integer, byte[]> sections = new TreeMap<>();
  private final List<Integer> parameters = new ArrayList<>();
  private final List<Integer> functionTypes = new ArrayList<>();
  private int imported;

  /** The functions that are not imported. */
  final List<Body> bodies = new ArrayList<>();

  /** An instruction with what follows it. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Instruction(Op op, byte[] bytes) {
    static Instruction of(Code code) {
      return new Reader(code.toBytes()).instruction();
    }
  }

  /** A function. */
  static final class Body {
    /** How many there are, parameters included. */
    int locals;

    int groups;
    byte[] types = {};
    List<Instruction> instructions = new ArrayList<>();

    /** Adds a local variable and gives its index. */
    int add(char type) {
      types = new Code().raw(types).unsigned(1).raw(Code.type(type)).toBytes();
      groups++;
      return locals++;
    }
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    int next() {
      return bytes[at++] & 0xff;
    }

    int unsigned() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        int next = next();
        value |= (long) (next & 0x7f) << shift;
        if ((next & 0x80) == 0) {
          return (int) value;
        }
      }
    }

    byte[] take(int count) {
      Objects.checkFromIndexSize(at, count, bytes.length);
      at += count;
      return Arrays.copyOfRange(bytes, at - count, at);
    }

    void skipName() {
      take(unsigned());
    }

    Instruction instruction() {
      int from = at;
      int code = next();
      Op op = Op.coded(code == 0xfc ? 0xfc00 | unsigned() : code);
      switch (op.immediate()) {
        case NONE -> {}
        case BLOCK, LABEL, INDEX, ZERO, I32, I64, REFERENCE -> unsigned();
        case TWO_INDEXES, ADDRESS -> {
          unsigned();
          unsigned();
        }
        case LABELS -> {
          for (int i = unsigned(); i >= 0; i--) {
            unsigned();
          }
        }
        case TYPES -> take(unsigned());
        case F32 -> take(4);
        case F64 -> take(8);
      }
      return new Instruction(op, Arrays.copyOfRange(bytes, from, at));
    }
  }

  /**
   * Takes a module to pieces.
   *
   * @throws IndexOutOfBoundsException perhaps, when it is not valid
   * @throws IllegalArgumentException likewise
   */
  static Anatomy of(byte[] module) {
    Anatomy anatomy = new Anatomy();
    Reader in = new Reader(module);
    in.at = 8;
    while (in.at < module.length) {
      int id = in.next();
      byte[] content = in.take(in.unsigned());
      if (id != CUSTOM) {
        anatomy.sections.put(id, content);
      }
    }
    anatomy.read();
    return anatomy;
  }

  private Reader section(int id) {
    return new Reader(sections.getOrDefault(id, new byte[] {0}));
  }

  private void read() {
    Reader types = section(TYPES);
    for (int i = types.unsigned(); i > 0; i--) {
      types.next();
      int count = types.unsigned();
      types.take(count);
      parameters.add(count);
      types.take(types.unsigned());
    }
    Reader imports = section(IMPORTS);
    for (int i = imports.unsigned(); i > 0; i--) {
      imports.skipName();
      imports.skipName();
      if (imports.next() != 0) {
        throw new IllegalArgumentException("only functions may be imported");
      }
      imports.unsigned();
      imported++;
    }
    Reader functions = section(FUNCTIONS);
    for (int i = functions.unsigned(); i > 0; i--) {
      functionTypes.add(functions.unsigned());
    }
    Reader code = section(CODE);
    int count = code.unsigned();
    for (int i = 0; i < count; i++) {
      bodies.add(body(new Reader(code.take(code.unsigned())), i));
    }
  }

  private Body body(Reader in, int index) {
    Body body = new Body();
    body.locals = parameters.get(functionTypes.get(index));
    body.groups = in.unsigned();
    int from = in.at;
    for (int g = 0; g < body.groups; g++) {
      body.locals += in.unsigned();
      in.next();
    }
    body.types = Arrays.copyOfRange(in.bytes, from, in.at);
    while (in.at < in.bytes.length) {
      body.instructions.add(in.instruction());
    }
    return body;
  }

  /** How many functions are imported. */
  int imported() {
    return imported;
  }

  /**
   * Makes every NaN canonical that arithmetic gives, right behind it and whether or not anybody
   * looks at it.
   */
  Anatomy canonical() {
    for (Body body : bodies) {
      int small = body.add('f');
      int large = body.add('F');
      List<Instruction> all = new ArrayList<>();
      for (Instruction each : body.instructions) {
        all.add(each);
        if (Operands.makesNan(each.op)) {
          boolean isSmall = each.op.gives().equals("f");
          int local = isSmall ? small : large;
          all.add(Instruction.of(new Code().op("local.tee").unsigned(local)));
          all.add(
              Instruction.of(
                  isSmall
                      ? new Code().op("f32.const").f32Bits(0x7fc0_0000)
                      : new Code().op("f64.const").f64Bits(0x7ff8_0000_0000_0000L)));
          all.add(Instruction.of(new Code().op("local.get").unsigned(local)));
          all.add(Instruction.of(new Code().op("local.get").unsigned(local)));
          all.add(Instruction.of(new Code().op(isSmall ? "f32.eq" : "f64.eq")));
          all.add(Instruction.of(new Code().op("select")));
        }
      }
      body.instructions = all;
    }
    return this;
  }

  /** Exports the start function instead of having it called, so that a trap leaves an instance. */
  Anatomy exportStart() {
    byte[] start = sections.remove(START);
    if (start != null) {
      Reader exports = section(EXPORTS);
      int count = exports.unsigned();
      byte[] others = exports.take(exports.bytes.length - exports.at);
      Code all = new Code().unsigned(count + 1L).raw(others);
      sections.put(EXPORTS, all.name(STARTED).raw(0).raw(start).toBytes());
    }
    return this;
  }

  /** Puts it together again, without custom sections. */
  byte[] toBytes() {
    Code code = new Code().unsigned(bodies.size());
    for (Body body : bodies) {
      Code whole = new Code().unsigned(body.groups).raw(body.types);
      body.instructions.forEach(each -> whole.raw(each.bytes));
      code.unsigned(whole.size()).raw(whole);
    }
    if (!bodies.isEmpty()) {
      sections.put(CODE, code.toBytes());
    }
    Code out = new Code().raw(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    for (int id : ORDER) {
      byte[] content = sections.get(id);
      if (content != null) {
        out.raw(id).unsigned(content.length).raw(content);
      }
    }
    return out.toBytes();
  }
}
