package io.edgebeat.benchmarks.wasm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a module. Functions, tables and the rest are numbered in the order in which they are
 * added, imported functions before all others. It checks nothing: some callers want what is
 * invalid.
 */
final class ModuleWriter {
  private final Map<String, Integer> types = new LinkedHashMap<>();
  private final Section imports = new Section();
  private final Section functions = new Section();
  private final Section tables = new Section();
  private final Section memories = new Section();
  private final Section globals = new Section();
  private final Section exports = new Section();
  private final Section elements = new Section();
  private final Section code = new Section();
  private final Section data = new Section();
  private final List<Code> custom = new ArrayList<>();
  private int start = -1;
  private boolean countsData;

  private static final class Section {
    private final Code content = new Code();
    private int count;

    Code add() {
      count++;
      return content;
    }

    void write(int id, Code out) {
      if (count > 0) {
        Code section = new Code().unsigned(count).raw(content);
        out.raw(id).unsigned(section.size()).raw(section);
      }
    }
  }

  /** The index of a type, written with letters as {@code iI:f}. */
  int type(String shape) {
    return types.computeIfAbsent(shape, s -> types.size());
  }

  /** Imports a function; before all others. */
  int importFunction(String module, String name, String shape) {
    imports.add().name(module).name(name).raw(0).unsigned(type(shape));
    return imports.count - 1;
  }

  /**
   * Adds a function.
   *
   * @param shape its type
   * @param locals a letter for each local beyond the parameters
   * @param body its instructions with the last {@code end}
   * @return its index
   */
  int function(String shape, String locals, Code body) {
    functions.add().unsigned(type(shape));
    Code groups = new Code();
    int count = 0;
    for (int at = 0; at < locals.length(); count++) {
      int from = at;
      while (at < locals.length() && locals.charAt(at) == locals.charAt(from)) {
        at++;
      }
      groups.unsigned(at - from).raw(Code.type(locals.charAt(from)));
    }
    Code whole = new Code().unsigned(count).raw(groups).raw(body);
    code.add().unsigned(whole.size()).raw(whole);
    return functions() - 1;
  }

  /** How many functions there are, imported ones included. */
  int functions() {
    return imports.count + functions.count;
  }

  /** Adds a function that is exported. */
  int export(String name, String shape, String locals, String body) {
    int index = function(shape, locals, Code.of(body + " end"));
    export(name, 0, index);
    return index;
  }

  /** Adds a table of functions or host references; -1 for no maximum. */
  int table(char type, int min, int max) {
    limits(tables.add().raw(Code.type(type)), min, max);
    return tables.count - 1;
  }

  void memory(int min, int max) {
    limits(memories.add(), min, max);
  }

  private static void limits(Code out, int min, int max) {
    out.raw(max < 0 ? 0 : 1).unsigned(min);
    if (max >= 0) {
      out.unsigned(max);
    }
  }

  /** Adds a global with its initial value, an instruction without its {@code end}. */
  int global(char type, boolean mutable, Code value) {
    globals.add().raw(Code.type(type)).raw(mutable ? 1 : 0).raw(value).raw(0x0b);
    return globals.count - 1;
  }

  /** Exports a function (0), table (1), memory (2) or global (3). */
  void export(String name, int kind, int index) {
    exports.add().name(name).raw(kind).unsigned(index);
  }

  void start(int function) {
    start = function;
  }

  /** Puts functions into the first table. */
  void elements(int offset, int... indexes) {
    list(elements.add().raw(0).i32(offset).raw(0x0b), indexes);
  }

  /** Functions that {@code table.init} can copy. */
  int passiveElements(int... indexes) {
    list(elements.add().raw(1).raw(0), indexes);
    return elements.count - 1;
  }

  private static void list(Code out, int... indexes) {
    out.unsigned(indexes.length);
    for (int index : indexes) {
      out.unsigned(index);
    }
  }

  void data(int offset, byte[] bytes) {
    data.add().raw(0).i32(offset).raw(0x0b).unsigned(bytes.length).raw(bytes);
  }

  /** Bytes that {@code memory.init} can copy. */
  int passiveData(byte[] bytes) {
    data.add().raw(1).unsigned(bytes.length).raw(bytes);
    countsData = true;
    return data.count - 1;
  }

  void custom(String name, byte[] bytes) {
    custom.add(new Code().name(name).raw(bytes));
  }

  byte[] toBytes() {
    Code out = new Code().raw(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    Section typeSection = new Section();
    for (String shape : types.keySet()) {
      Code each = typeSection.add().raw(0x60);
      for (String letters : shape.split(":", -1)) {
        each.unsigned(letters.length());
        letters.chars().forEach(letter -> each.raw(Code.type((char) letter)));
      }
    }
    typeSection.write(1, out);
    imports.write(2, out);
    functions.write(3, out);
    tables.write(4, out);
    memories.write(5, out);
    globals.write(6, out);
    exports.write(7, out);
    if (start >= 0) {
      Code index = new Code().unsigned(start);
      out.raw(8).unsigned(index.size()).raw(index);
    }
    elements.write(9, out);
    if (countsData) {
      Code count = new Code().unsigned(data.count);
      out.raw(12).unsigned(count.size()).raw(count);
    }
    code.write(10, out);
    data.write(11, out);
    for (Code each : custom) {
      out.raw(0).unsigned(each.size()).raw(each);
    }
    return out.toBytes();
  }
}
