package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The sections of a module, and of their content what has to be known to rewrite it. */
final class ModuleOutline {
  static final int TYPES = 1;
  static final int IMPORTS = 2;
  static final int FUNCTIONS = 3;
  static final int TABLES = 4;
  private static final int MEMORIES = 5;
  static final int GLOBALS = 6;
  static final int EXPORTS = 7;
  static final int START = 8;
  static final int ELEMENTS = 9;
  static final int CODE = 10;
  private static final int DATA_COUNT = 12;

  /** The order in which sections stand. */
  static final int[] ORDER = {1, 2, 3, 4, 5, 6, 7, 8, 9, DATA_COUNT, CODE, 11};

  /** Names that belong to what is added here. */
  static final String RESERVED = "edgebeat:";

  /** A part of the module's bytes. */
  record Part(int from, int end) {}

  record Export(String name, int kind, int index) {}

  final byte[] bytes;
  private final Part[] sections = new Part[16];
  final List<FunctionType> types = new ArrayList<>();

  /** The index of the type of every function, the imported ones first. */
  final List<Integer> functions = new ArrayList<>();

  final List<Part> bodies = new ArrayList<>();
  final List<Export> exports = new ArrayList<>();

  /** Functions that can get into a table, and so be called without being named. */
  final BitSet referenced = new BitSet();

  int importedFunctions;
  int globals;
  int tables;
  private int memories;
  int start = -1;

  private ModuleOutline(byte[] bytes) {
    this.bytes = bytes;
  }

  static ModuleOutline read(byte[] bytes) {
    ModuleOutline outline = new ModuleOutline(bytes);
    Cursor in = new Cursor(bytes, 0, bytes.length);
    in.skip(8);
    while (!in.atEnd()) {
      int id = in.byteValue();
      int size = in.count("bytes of section " + id);
      Part part = new Part(in.position(), in.position() + size);
      in.skip(size);
      if (id > DATA_COUNT) {
        throw Cursor.bad("has the unknown section " + id + " at offset " + part.from);
      }
      if (id != 0) {
        if (outline.sections[id] != null) {
          throw Cursor.bad("has section " + id + " twice, at offset " + part.from);
        }
        outline.sections[id] = part;
      }
    }
    outline.readSections();
    return outline;
  }

  /** A section's content, or null when there is none. */
  @org.jspecify.annotations.Nullable
  Part section(int id) {
    return sections[id];
  }

  FunctionType typeOf(int function) {
    return types.get(functions.get(function));
  }

  private Cursor open(int id) {
    Part part = sections[id];
    return part == null ? new Cursor(bytes, 0, 0) : new Cursor(bytes, part.from, part.end);
  }

  private void readSections() {
    Cursor in = open(TYPES);
    for (int i = in.atEnd() ? 0 : in.count("types"); i > 0; i--) {
      types.add(FunctionType.read(in));
    }
    readImports(open(IMPORTS));
    in = open(FUNCTIONS);
    for (int i = in.atEnd() ? 0 : in.count("functions"); i > 0; i--) {
      functions.add(in.below(types.size(), "type"));
    }
    in = open(TABLES);
    tables += in.atEnd() ? 0 : in.count("tables");
    in = open(MEMORIES);
    memories += in.atEnd() ? 0 : in.count("memories");
    in = open(GLOBALS);
    for (int i = in.atEnd() ? 0 : in.count("globals"); i > 0; i--) {
      in.skip(2);
      constant(in);
      globals++;
    }
    in = open(EXPORTS);
    for (int i = in.atEnd() ? 0 : in.count("exports"); i > 0; i--) {
      String name = in.name();
      checkName("exports", name);
      int kind = in.byteValue();
      // Or an index behind the module's own would be a thing of the meter's.
      int bound =
          switch (kind) {
            case 0 -> functions.size();
            case 1 -> tables;
            case 2 -> memories;
            case 3 -> globals;
            default -> throw Cursor.bad("exports a thing of kind " + kind + " as " + name);
          };
      exports.add(new Export(name, kind, in.below(bound, "export of index")));
    }
    in = open(START);
    if (!in.atEnd()) {
      start = in.below(functions.size(), "start function");
    }
    readElements(open(ELEMENTS));
    in = open(CODE);
    int count = in.atEnd() ? 0 : in.count("bodies");
    if (count != functions.size() - importedFunctions) {
      throw Cursor.bad(
          "has " + count + " bodies of " + (functions.size() - importedFunctions) + " functions");
    }
    for (int i = 0; i < count; i++) {
      int size = in.count("bytes of a body");
      bodies.add(new Part(in.position(), in.position() + size));
      in.skip(size);
    }
  }

  private static void checkName(String does, String name) {
    if (name.startsWith(RESERVED)) {
      throw new io.edgebeat.api.error.EdgeBeatException(
          io.edgebeat.api.error.ErrorCode.WORKLOAD_REFUSED,
          "the WebAssembly module "
              + does
              + " \""
              + name
              + "\"; names that begin with \""
              + RESERVED
              + "\" are not for guests");
    }
  }

  private void readImports(Cursor in) {
    for (int i = in.atEnd() ? 0 : in.count("imports"); i > 0; i--) {
      String module = in.name();
      checkName("imports from", module);
      checkName("imports", in.name());
      int kind = in.byteValue();
      switch (kind) {
        case 0 -> {
          functions.add(in.below(types.size(), "type"));
          importedFunctions++;
        }
        case 1 -> {
          in.skip(1);
          limits(in);
          tables++;
        }
        case 2 -> {
          limits(in);
          memories++;
        }
        case 3 -> {
          in.skip(2);
          globals++;
        }
        default -> throw Cursor.bad("imports a thing of kind " + kind + " from " + module);
      }
    }
  }

  private static void limits(Cursor in) {
    int flags = in.byteValue();
    in.unsigned();
    if ((flags & 1) != 0) {
      in.unsigned();
    }
  }

  private void readElements(Cursor in) {
    for (int i = in.atEnd() ? 0 : in.count("segments"); i > 0; i--) {
      int flags = in.below(8, "flags");
      if ((flags & 1) == 0) {
        if ((flags & 2) != 0) {
          in.unsigned();
        }
        constant(in);
      }
      if ((flags & 3) != 0) {
        in.skip(1);
      }
      for (int k = in.count("entries"); k > 0; k--) {
        if ((flags & 4) == 0) {
          referenced.set(in.below(functions.size(), "function"));
        } else {
          constant(in);
        }
      }
    }
  }

  /** Walks over a constant expression and notes the functions in it. */
  private void constant(Cursor in) {
    while (true) {
      Instruction instruction = Instruction.read(in);
      switch (instruction.immediates()) {
        case NONE -> {
          if (instruction.opcode() == Instruction.END) {
            return;
          }
        }
        case INDEX -> in.unsigned();
        case I32 -> in.signed(5);
        case I64 -> in.signed(10);
        case F32 -> in.skip(4);
        case F64 -> in.skip(8);
        case BYTE -> in.skip(1);
        case FUNCTION -> referenced.set(in.below(functions.size(), "function"));
        default -> throw Cursor.bad("has no constant at offset " + in.position());
      }
    }
  }
}
