package io.edgebeat.exec.wasm.lower;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the lowering has to know of a module; its order and sizes are checked before. */
final class SourceModule {
  static final int TYPES = 1;
  static final int IMPORTS = 2;
  static final int FUNCTIONS = 3;
  static final int TABLES = 4;
  static final int MEMORIES = 5;
  static final int GLOBALS = 6;
  static final int EXPORTS = 7;
  static final int START = 8;
  static final int ELEMENTS = 9;
  static final int CODE = 10;
  static final int DATA = 11;
  static final int TAGS = 13;

  record Size(long min, long max, boolean is64) {
    static final long NONE = -1;
  }

  record Table(byte type, Size size) {}

  /** A global; its value is known when it is immutable and made of integers. */
  record Global(byte type, boolean mutable, @Nullable Long value) {}

  /** An export; its name lies where the input stands. */
  record Export(Input name, int kind, int index) {}

  private record Section(int id, int start, int end) {}

  private final byte[] bytes;
  private final List<Section> sections = new ArrayList<>();
  final List<Signature> types = new ArrayList<>();
  final List<Integer> functions = new ArrayList<>();
  final List<Table> tables = new ArrayList<>();
  final List<Global> globals = new ArrayList<>();
  final List<Signature> tags = new ArrayList<>();
  final List<Export> exports = new ArrayList<>();
  final List<Input> bodies = new ArrayList<>();

  /** The functions that a table or a reference may hold. */
  final Set<Integer> referenced = new HashSet<>();

  @Nullable Size memory;
  int imports;
  int start = -1;
  private byte constantType; // of the constant that was read last

  SourceModule(byte[] bytes) {
    this.bytes = bytes;
    Input in = new Input(bytes, 8, bytes.length);
    while (in.hasMore()) {
      int id = in.u8();
      int size = in.index();
      int from = in.position();
      in.skip(size);
      sections.add(new Section(id, from, from + size));
    }
    for (Section section : sections) {
      read(section.id, new Input(bytes, section.start, section.end));
    }
  }

  boolean memory64() {
    return memory != null && memory.is64;
  }

  boolean table64(int index) {
    return index < tables.size() && tables.get(index).size.is64;
  }

  Signature signature(int function) {
    if (function >= functions.size()) {
      throw Input.bad("unknown function " + function);
    }
    return types.get(functions.get(function));
  }

  Signature tag(int index) {
    if (index >= tags.size()) {
      throw Input.bad("unknown tag " + index);
    }
    return tags.get(index);
  }

  /** The ids of the sections in their order, custom ones left out. */
  List<Integer> order() {
    return sections.stream().map(Section::id).filter(id -> id != 0).toList();
  }

  /** What a section holds. */
  Input section(int id) {
    for (Section section : sections) {
      if (section.id == id) {
        return new Input(bytes, section.start, section.end);
      }
    }
    throw new IllegalStateException("no section " + id);
  }

  private void read(int id, Input in) {
    switch (id) {
      case TYPES -> {
        for (int count = in.index(); count > 0; count--) {
          in.u8();
          byte[] parameters = valueTypes(in);
          types.add(new Signature(parameters, valueTypes(in)));
        }
      }
      case IMPORTS -> {
        imports = in.index();
        for (int i = 0; i < imports; i++) {
          in.skip(in.index());
          in.skip(in.index());
          in.u8();
          functions.add(type(in));
        }
      }
      case FUNCTIONS -> {
        for (int count = in.index(); count > 0; count--) {
          functions.add(type(in));
        }
      }
      case TABLES -> {
        for (int count = in.index(); count > 0; count--) {
          byte type = (byte) in.u8();
          tables.add(new Table(type, size(in)));
        }
      }
      case MEMORIES -> {
        if (in.index() > 0) {
          memory = size(in);
        }
      }
      case TAGS -> {
        for (int count = in.index(); count > 0; count--) {
          in.u8();
          tags.add(types.get(type(in)));
        }
      }
      case GLOBALS -> {
        for (int count = in.index(); count > 0; count--) {
          byte type = (byte) in.u8();
          boolean mutable = in.u8() != 0;
          Long value = constant(in);
          globals.add(new Global(type, mutable, mutable ? null : value));
        }
      }
      case EXPORTS -> {
        for (int count = in.index(); count > 0; count--) {
          Input name = in.part(in.index());
          int kind = in.u8();
          exports.add(new Export(name, kind, in.index()));
        }
      }
      case START -> start = in.index();
      case ELEMENTS -> elements(in, null);
      case CODE -> {
        for (int count = in.index(); count > 0; count--) {
          bodies.add(in.part(in.index()));
        }
      }
      default -> {}
    }
  }

  private int type(Input in) {
    int index = in.index();
    if (index >= types.size()) {
      throw Input.bad("unknown type " + index);
    }
    return index;
  }

  private static byte[] valueTypes(Input in) {
    int count = in.index();
    int from = in.position();
    in.skip(count);
    return in.since(from);
  }

  private static Size size(Input in) {
    int flags = in.u8();
    long min = in.u64();
    return new Size(min, (flags & 1) != 0 ? in.u64() : Size.NONE, (flags & 4) != 0);
  }

  /**
   * Reads the element section. With an output it is written again, with the offsets of 64-bit
   * tables as numbers of 32 bits.
   */
  void elements(Input in, @Nullable Output out) {
    int count = in.index();
    if (out != null) {
      out.u(count);
    }
    for (int i = 0; i < count; i++) {
      int from = in.position();
      int flags = in.index();
      boolean active = (flags & 1) == 0;
      int table = active && (flags & 2) != 0 ? in.index() : 0;
      if (out != null) {
        out.bytes(in.since(from));
      }
      if (active) {
        offset(in, out, table64(table));
      }
      from = in.position();
      if ((flags & 3) != 0) {
        in.u8();
      }
      for (int entries = in.index(); entries > 0; entries--) {
        if ((flags & 4) == 0) {
          referenced.add(in.index());
        } else {
          constant(in);
        }
      }
      if (out != null) {
        out.bytes(in.since(from));
      }
    }
  }

  /** Reads where a segment goes and writes it, where need be as a number of 32 bits. */
  void offset(Input in, @Nullable Output out, boolean is64) {
    int from = in.position();
    Long value = constant(in);
    if (out == null) {
      return;
    }
    if (!is64) {
      out.bytes(in.since(from));
    } else if (value == null || constantType != Signature.I64) {
      throw Input.bad("the place of the segment at offset " + from + " is no constant i64");
    } else {
      out.op(0x41).s(Lowering.clamp(value)).op(Instructions.END);
    }
  }

  /** Reads an expression of constants; gives its value when that is an integer. */
  @Nullable Long constant(Input in) {
    List<Long> stack = new ArrayList<>();
    boolean known = true;
    while (true) {
      int opcode = in.u8();
      switch (opcode) {
        case Instructions.END -> {
          return known && stack.size() == 1 ? stack.get(0) : null;
        }
        case 0x41, 0x42 -> {
          stack.add(in.s64());
          constantType = opcode == 0x41 ? Signature.I32 : Signature.I64;
        }
        case Instructions.GLOBAL_GET -> {
          int index = in.index();
          Long value = index < globals.size() ? globals.get(index).value : null;
          constantType = value == null ? 0 : globals.get(index).type;
          known &= value != null;
          stack.add(value == null ? 0 : value);
        }
        case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> known &= operate(opcode, stack);
        case Instructions.REF_FUNC -> {
          referenced.add(in.index());
          known = false;
        }
        case 0x43 -> {
          in.skip(4);
          known = false;
        }
        case 0x44 -> {
          in.skip(8);
          known = false;
        }
        case 0xd0 -> {
          in.u8();
          known = false;
        }
        default -> throw Input.bad("no constant before offset " + in.position());
      }
    }
  }

  private boolean operate(int opcode, List<Long> stack) {
    if (stack.size() < 2) {
      return false;
    }
    long right = stack.removeLast();
    long left = stack.removeLast();
    long value =
        switch (opcode) {
          case 0x6a, 0x7c -> left + right;
          case 0x6b, 0x7d -> left - right;
          default -> left * right;
        };
    stack.add(opcode < 0x7c ? (int) value : value);
    constantType = opcode < 0x7c ? Signature.I32 : Signature.I64;
    return true;
  }
}
