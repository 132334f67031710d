package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.ModuleShape.ImportedFunction;
import io.edgebeat.exec.wasm.ModuleShape.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a module before a runtime gets to see it. It walks every vector whose length a stranger has
 * written, so that the runtime's parser, which allocates by such lengths, meets no number that is a
 * lie and none that is too large. It also knows offsets, which the runtime's messages do not.
 *
 * <p>Accepted: the WebAssembly 2.0 binary format without vector types. Refused, because they hold
 * memory or threads of the host that no limit counts: shared memories, garbage-collected types,
 * references to exceptions; several memories; and everything but functions as imports. 64-bit
 * memories and tables and exceptions are accepted in what will be lowered ({@link ModuleGate}) and
 * nowhere else.
 */
final class ModuleReader {
  /** Looking for imports takes the square of their number. */
  private static final int MOST_IMPORTS = 512;

  /**
   * Locals are held per call; more of them in a large, interpreted function would fill the heap.
   */
  private static final int MOST_LOCALS_OF_LARGE = 1_000;

  private static final int LARGE_BODY = 8_000;

  /**
   * Large functions times code: the compiler starts again for each function that does not fit into
   * a method of the JVM.
   */
  private static final long MOST_COMPILE_WORK = 256L << 20;

  private static final int MOST_PARAMETERS = 250;
  private static final int MOST_RESULTS = 100;
  private static final int MOST_ENTITIES = 100_000;
  private static final int MOST_TAGS = 1_000;

  /** No memory here is that large. */
  private static final long FAR_OFFSET = 1L << 31;

  private static final int MAGIC = 0x6d736100;

  /** The most pages that 32 bits can address; a larger declared maximum is not lowered. */
  private static final long MOST_PAGES = 65_536;

  private final byte[] bytes;
  private final WasmLimits limits;
  private final boolean lowerable;
  private boolean mustLower;
  private boolean memory64;
  private int at;
  private int end;
  private String section = "header";

  private final List<FunctionShape> types = new ArrayList<>();
  private final List<ImportedFunction> imports = new ArrayList<>();
  private final List<FunctionShape> functions = new ArrayList<>();
  private final List<Limits> tables = new ArrayList<>();
  private final List<FunctionShape> tags = new ArrayList<>();
  private final Map<String, Integer> functionExports = new HashMap<>();
  private Optional<Limits> memory = Optional.empty();
  private int globals;
  private boolean exportsMemory;
  private int bodies;
  private long codeBytes;
  private long largeBodies;

  private ModuleReader(byte[] bytes, WasmLimits limits, boolean lowerable) {
    this.bytes = bytes;
    this.limits = limits;
    this.lowerable = lowerable;
    this.end = bytes.length;
  }

  /**
   * Reads an outline.
   *
   * @throws EdgeBeatException {@code BAD_WORKLOAD} when this is no module, {@code WORKLOAD_REFUSED}
   *     when it is one that shall not run here
   */
  static ModuleShape read(byte[] bytes, WasmLimits limits) {
    return new ModuleReader(bytes, limits, false).module();
  }

  /**
   * What a module is as its author wrote it.
   *
   * @param shape its outline
   * @param mustLower whether it has to be lowered before an engine can run it
   * @param word how long its addresses are
   */
  record Outline(ModuleShape shape, boolean mustLower, Word word) {}

  /** Reads the outline of a module as its author wrote it. */
  static Outline readSource(byte[] bytes, WasmLimits limits) {
    ModuleReader reader = new ModuleReader(bytes, limits, true);
    ModuleShape shape = reader.module();
    return new Outline(shape, reader.mustLower, reader.memory64 ? Word.BITS_64 : Word.BITS_32);
  }

  /** Notes that the module needs lowering, or refuses what was not lowered. */
  void mustLower(String what, int offset) {
    if (!lowerable) {
      throw refused(what + " (at offset " + offset + ")");
    }
    mustLower = true;
  }

  private ModuleShape module() {
    if (bytes.length < 8) {
      throw bad("a module begins with 8 bytes, found " + bytes.length);
    }
    int magic = int32();
    if (magic != MAGIC) {
      throw new EdgeBeatException(
          ErrorCode.BAD_WORKLOAD,
          String.format(
              "not a WebAssembly module: begins with %08x instead of 0061736d",
              Integer.reverseBytes(magic)));
    }
    int version = int32();
    if (version != 1) {
      throw bad("unknown version " + Integer.toUnsignedString(version) + " at offset 4");
    }
    int last = 0;
    while (at < bytes.length) {
      int start = at;
      end = bytes.length;
      section = "header of a section";
      int id = byteValue();
      int size = length("size of section " + id, bytes.length);
      end = at + size;
      if (id != 0) {
        int rank = rank(id);
        if (rank < 0) {
          throw bad("unknown section " + id + " at offset " + start);
        }
        if (rank <= last) {
          throw bad("section " + id + " at offset " + start + " is out of order");
        }
        last = rank;
      }
      section(id);
      if (at != end) {
        throw bad(section + " ends at offset " + at + " instead of " + end);
      }
    }
    end = bytes.length;
    if (bodies != functions.size() - imports.size()) {
      throw bad(
          (functions.size() - imports.size())
              + " functions are declared but "
              + bodies
              + " have a body; the module ends at offset "
              + bytes.length);
    }
    if (largeBodies * codeBytes > MOST_COMPILE_WORK) {
      throw refused(
          largeBodies
              + " functions of more than "
              + LARGE_BODY
              + " bytes among "
              + codeBytes
              + " bytes of code, which take too long to compile");
    }
    return new ModuleShape(
        imports, functions, memory, tables, functionExports, exportsMemory, codeBytes);
  }

  private static int rank(int id) {
    return switch (id) {
      case 1, 2, 3, 4, 5 -> id;
      case 13 -> 6;
      case 6, 7, 8, 9 -> id + 1;
      case 12 -> 11;
      case 10, 11 -> id + 2;
      default -> -1;
    };
  }

  private void section(int id) {
    switch (id) {
      case 0 -> custom();
      case 1 -> typeSection();
      case 2 -> importSection();
      case 3 -> functionSection();
      case 4 -> tableSection();
      case 5 -> memorySection();
      case 6 -> globalSection();
      case 7 -> exportSection();
      case 8 -> {
        section = "start section";
        length("function", Integer.MAX_VALUE);
      }
      case 9 -> elementSection();
      case 10 -> codeSection();
      case 11 -> dataSection();
      case 13 -> tagSection();
      default -> {
        section = "data count section";
        length("segments", Integer.MAX_VALUE);
      }
    }
  }

  private void custom() {
    section = "custom section";
    name();
    at = end;
  }

  private void typeSection() {
    section = "type section";
    int count = length("types", MOST_ENTITIES);
    for (int i = 0; i < count; i++) {
      int form = byteValue();
      if (form != 0x60) {
        throw refused(
            "type " + i + " of form 0x" + Integer.toHexString(form) + ", which is no function");
      }
      List<ValueType> parameters = valueTypes("parameters", MOST_PARAMETERS);
      types.add(new FunctionShape(parameters, valueTypes("results", MOST_RESULTS)));
    }
  }

  private List<ValueType> valueTypes(String what, int most) {
    int count = length(what, most);
    List<ValueType> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(valueType());
    }
    return list;
  }

  ValueType valueType() {
    int start = at;
    int code = byteValue();
    ValueType type = ValueType.of(code);
    if (code == 0x69) {
      throw refused("references to exceptions (value type exnref at offset " + start + ")");
    }
    if (type == null) {
      throw refused("value type 0x" + Integer.toHexString(code) + " at offset " + start);
    }
    return type;
  }

  private void importSection() {
    section = "import section";
    int count = length("imports", MOST_IMPORTS);
    for (int i = 0; i < count; i++) {
      String module = name();
      String name = name();
      int kind = byteValue();
      if (kind != 0) {
        throw refused(
            "the import "
                + module
                + "."
                + name
                + ", which is a "
                + kind(kind)
                + "; only functions can be imported");
      }
      FunctionShape shape = typeAt();
      imports.add(new ImportedFunction(module, name, shape));
      functions.add(shape);
    }
  }

  private static String kind(int kind) {
    return switch (kind) {
      case 1 -> "table";
      case 2 -> "memory";
      case 3 -> "global";
      case 4 -> "tag";
      default -> "thing of kind " + kind;
    };
  }

  FunctionShape typeAt() {
    int start = at;
    int index = length("type index", Integer.MAX_VALUE);
    if (index >= types.size()) {
      throw bad("unknown type " + index + " at offset " + start + " in " + section);
    }
    return types.get(index);
  }

  private void tagSection() {
    section = "tag section";
    mustLower("exceptions", at);
    int count = length("tags", MOST_TAGS);
    for (int i = 0; i < count; i++) {
      int start = at;
      if (byteValue() != 0) {
        throw bad("tag " + i + " of an unknown kind at offset " + start);
      }
      FunctionShape shape = typeAt();
      if (!shape.results().isEmpty()) {
        throw bad("tag " + i + " of type " + shape + ", which gives results");
      }
      tags.add(shape);
    }
  }

  /** What the tag carries whose index comes next. */
  FunctionShape tagAt() {
    int start = at;
    int index = length("tag index", Integer.MAX_VALUE);
    if (index >= tags.size()) {
      throw bad("unknown tag " + index + " at offset " + start + " in " + section);
    }
    return tags.get(index);
  }

  private void functionSection() {
    section = "function section";
    int count = length("functions", limits.functions());
    for (int i = 0; i < count; i++) {
      functions.add(typeAt());
    }
  }

  private void tableSection() {
    section = "table section";
    int count = length("tables", 100);
    long entries = 0;
    for (int i = 0; i < count; i++) {
      if (at < end && bytes[at] == 0x40) {
        throw refused("table " + i + " with an initial value of its own");
      }
      ValueType type = valueType();
      if (type.isNumber()) {
        throw bad("table " + i + " of type " + type + " in " + section);
      }
      Limits size = limits("table " + i);
      entries += Math.min(size.min(), 1L << 40);
      if (entries > limits.tableEntries()) {
        throw refused("tables of " + entries + " entries; the limit is " + limits.tableEntries());
      }
      tables.add(size);
    }
  }

  private void memorySection() {
    section = "memory section";
    int count = length("memories", MOST_ENTITIES);
    if (count > 1) {
      throw refused(count + " memories; one is possible");
    }
    if (count == 1) {
      Limits size = limits("memory");
      if (size.min() > MOST_PAGES && !memory64) {
        throw bad("memory of " + size.min() + " pages in " + section + "; 65536 are possible");
      }
      if (memory64 && Math.max(size.min(), size.isBounded() ? size.max() : 0) > MOST_PAGES) {
        throw refused(
            "a 64-bit memory that declares "
                + Math.max(size.min(), size.isBounded() ? size.max() : 0)
                + " pages; up to 65536 (4 GiB) it can be run");
      }
      if (size.min() * ModuleShape.PAGE_BYTES > limits.memoryBytes()) {
        throw refused(
            "memory of at least "
                + size.min() * ModuleShape.PAGE_BYTES
                + " bytes; the limit is "
                + limits.memoryBytes());
      }
      memory = Optional.of(size);
    }
  }

  private Limits limits(String what) {
    int start = at;
    int flags = byteValue();
    boolean wide = (flags & 4) != 0;
    if (flags > 7) {
      throw bad("flags " + flags + " of " + what + " at offset " + start + " in " + section);
    }
    if ((flags & 2) != 0 || (wide && !lowerable)) {
      throw refused(
          what
              + " that is "
              + ((flags & 2) != 0 ? "shared" : "64-bit")
              + " (flags "
              + flags
              + " at offset "
              + start
              + ")");
    }
    if (wide) {
      mustLower(what, start);
      memory64 |= what.equals("memory");
    }
    long min = wide ? unsigned64(what) : unsigned32(what);
    long max = (flags & 1) == 0 ? Limits.NONE : wide ? unsigned64(what) : unsigned32(what);
    if ((flags & 1) == 0 && wide) {
      max = Long.MAX_VALUE;
    }
    if (max < min) {
      throw bad(what + " with a maximum " + max + " below its minimum " + min + " in " + section);
    }
    return new Limits(min, max);
  }

  private void globalSection() {
    section = "global section";
    globals = length("globals", MOST_ENTITIES);
    for (int i = 0; i < globals; i++) {
      valueType();
      byteValue();
      constant();
    }
  }

  private void exportSection() {
    section = "export section";
    int count = length("exports", MOST_ENTITIES);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String name = name();
      if (!names.add(name)) {
        throw bad("export \"" + name + "\" twice");
      }
      int kind = byteValue();
      int index = length("index", Integer.MAX_VALUE);
      checkExport(name, kind, index);
      if (kind == 0) {
        functionExports.put(name, index);
      } else if (kind == 2) {
        exportsMemory = true;
      }
    }
  }

  private void checkExport(String name, int kind, int index) {
    int there =
        switch (kind) {
          case 0 -> functions.size();
          case 1 -> tables.size();
          case 2 -> memory.isPresent() ? 1 : 0;
          case 3 -> globals;
          case 4 -> tags.size();
          default -> throw bad("export \"" + name + "\" of unknown kind " + kind);
        };
    if (index >= there) {
      String what = kind == 0 ? "function" : kind(kind);
      throw bad("export \"" + name + "\" of unknown " + what + " " + index);
    }
  }

  private void elementSection() {
    section = "element section";
    int count = length("segments", MOST_ENTITIES);
    long entries = 0;
    for (int i = 0; i < count; i++) {
      int flags = length("flags", Integer.MAX_VALUE);
      if (flags > 7) {
        throw bad("flags " + flags + " of segment " + i + " in " + section);
      }
      boolean active = (flags & 1) == 0;
      if (active) {
        if ((flags & 2) != 0) {
          length("table", Integer.MAX_VALUE);
        }
        constant();
      }
      if ((flags & 3) != 0) {
        byteValue();
      }
      int size = length("entries", Integer.MAX_VALUE);
      entries += size;
      if (entries > limits.tableEntries()) {
        throw refused("more than " + limits.tableEntries() + " entries of element segments");
      }
      for (int k = 0; k < size; k++) {
        if ((flags & 4) == 0) {
          length("function", Integer.MAX_VALUE);
        } else {
          constant();
        }
      }
    }
  }

  private void codeSection() {
    section = "code section";
    codeBytes = (long) end - at;
    if (codeBytes > limits.codeBytes()) {
      throw refused(codeBytes + " bytes of code; the limit is " + limits.codeBytes());
    }
    int count = length("bodies", limits.functions());
    int sectionEnd = end;
    for (int i = 0; i < count; i++) {
      int size = length("size of body " + i, Integer.MAX_VALUE);
      if (size > sectionEnd - at) {
        throw bad("body " + i + " of " + size + " bytes ends behind " + section);
      }
      int bodyEnd = at + size;
      end = bodyEnd;
      long locals = 0;
      int groups = length("groups of locals", MOST_ENTITIES);
      for (int g = 0; g < groups; g++) {
        locals += unsigned32("locals");
        valueType();
        int most = limits.locals();
        if (size > LARGE_BODY) {
          most = Math.min(most, MOST_LOCALS_OF_LARGE);
        }
        if (locals > most) {
          throw refused(
              "at least "
                  + locals
                  + " locals in body "
                  + i
                  + " of "
                  + size
                  + " bytes; the limit is "
                  + most);
        }
      }
      if (size > LARGE_BODY) {
        largeBodies++;
      }
      int function = imports.size() + i;
      if (function >= functions.size()) {
        throw bad("body " + i + " of no function");
      }
      new CodeReader(this, i).read(functions.get(function));
      if (at != bodyEnd) {
        throw bad("body " + i + " ends at offset " + at + " instead of " + bodyEnd);
      }
      end = sectionEnd;
    }
    bodies = count;
  }

  private void dataSection() {
    section = "data section";
    int count = length("segments", MOST_ENTITIES);
    for (int i = 0; i < count; i++) {
      int flags = length("flags", Integer.MAX_VALUE);
      if (flags > 2) {
        throw bad("flags " + flags + " of segment " + i + " in " + section);
      }
      if (flags == 2) {
        length("memory", Integer.MAX_VALUE);
      }
      if (flags != 1) {
        constant();
      }
      int size = length("size of segment " + i, Integer.MAX_VALUE);
      if (size > end - at) {
        throw bad("segment " + i + " of " + size + " bytes ends behind " + section);
      }
      at += size;
    }
  }

  /** Walks over an expression of constants up to and with its end. */
  private void constant() {
    while (true) {
      int start = at;
      int opcode = byteValue();
      switch (opcode) {
        case 0x0b -> {
          return;
        }
        case 0x23, 0xd2 -> length("index", Integer.MAX_VALUE);
        case 0x41 -> signed(5);
        case 0x42 -> signed(10);
        case 0x43 -> skip(4);
        case 0x44 -> skip(8);
        case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> {
          // Addition, subtraction and multiplication of constants take no operand.
        }
        case 0xd0 -> byteValue();
        default ->
            throw bad(
                "instruction 0x"
                    + Integer.toHexString(opcode)
                    + " at offset "
                    + start
                    + " in "
                    + section
                    + ", where only constants may stand");
      }
    }
  }

  /** Walks over a signed number of so many bytes at most. */
  void signed(int most) {
    int first = at;
    while ((byteValue() & 0x80) != 0) {
      if (at - first >= most) {
        throw bad("number of more than " + most + " bytes at offset " + first + " in " + section);
      }
    }
  }

  /** A number that is an index or a count of something in the module. */
  int unsigned(String what) {
    return length(what, Integer.MAX_VALUE);
  }

  /** The shape of the function whose index comes next. */
  FunctionShape functionAt() {
    int start = at;
    int index = length("function index", Integer.MAX_VALUE);
    if (index >= functions.size()) {
      throw bad("unknown function " + index + " at offset " + start + " in " + section);
    }
    return functions.get(index);
  }

  int position() {
    return at;
  }

  int peek() {
    if (at >= end) {
      throw truncated();
    }
    return bytes[at] & 0xff;
  }

  private String name() {
    int start = at;
    int size = length("length of a name", 10_000);
    if (size > end - at) {
      throw bad("name of " + size + " bytes at offset " + start + " ends behind " + section);
    }
    try {
      String name =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, size)).toString();
      at += size;
      return name;
    } catch (CharacterCodingException e) {
      throw bad("name at offset " + start + " in " + section + " is no UTF-8");
    }
  }

  void skip(int count) {
    if (count > end - at) {
      throw truncated();
    }
    at += count;
  }

  int byteValue() {
    if (at >= end) {
      throw truncated();
    }
    return bytes[at++] & 0xff;
  }

  private int int32() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value |= byteValue() << (8 * i);
    }
    return value;
  }

  long unsigned32(String what) {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = byteValue();
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        if (value > 0xffff_ffffL) {
          break;
        }
        return value;
      }
    }
    throw bad(what + " at offset " + start + " in " + section + " is no number of 32 bits");
  }

  /** A number of up to 64 bits that counts something; what lies above 2^63 - 1 counts as that. */
  private long unsigned64(String what) {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = byteValue();
      if (shift == 63 && next > 1) {
        break;
      }
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value < 0 ? Long.MAX_VALUE : value;
      }
    }
    throw bad(what + " at offset " + start + " in " + section + " is no number of 64 bits");
  }

  /** Walks over the offset of an access. */
  void offset() {
    int start = at;
    long value = memory64 ? unsigned64("offset") : unsigned32("offset");
    if (value >= FAR_OFFSET && lowerable) {
      // The engine adds addresses in 32 bits; lowered, such an access traps as it must.
      mustLower("a far offset", start);
    }
  }

  private int length(String what, int most) {
    int start = at;
    long value = unsigned32(what);
    boolean isSize = what.startsWith("size of section");
    if (isSize && value > end - at) {
      throw bad(
          what
              + " at offset "
              + start
              + " says "
              + value
              + " bytes but the module ends after "
              + (end - at)
              + ": it is truncated");
    }
    if (value > most) {
      throw refused(
          value + " " + what + " at offset " + start + " in " + section + "; the limit is " + most);
    }
    return (int) value;
  }

  private EdgeBeatException truncated() {
    return bad(section + " is truncated at offset " + at);
  }

  static EdgeBeatException bad(String what) {
    return new EdgeBeatException(ErrorCode.BAD_WORKLOAD, "bad WebAssembly module: " + what);
  }

  static EdgeBeatException refused(String what) {
    return new EdgeBeatException(ErrorCode.WORKLOAD_REFUSED, "the WebAssembly module has " + what);
  }
}
