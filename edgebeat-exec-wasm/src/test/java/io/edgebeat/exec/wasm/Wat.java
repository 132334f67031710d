package io.edgebeat.exec.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small assembler of WebAssembly's text format, enough for the programs of these tests: plain and
 * folded instructions, names of functions, locals, globals, tags and labels; 64-bit memories and
 * tables ({@code (memory i64 1)}); exceptions as plain instructions ({@code try ... catch $t ...
 * end}). It checks little: what it makes may well be invalid, which is what some tests want.
 */
final class Wat {
  private final List<Object> module;
  private final Map<List<String>, Integer> types = new LinkedHashMap<>();
  private final Map<String, Integer> functionNames = new HashMap<>();
  private final Map<String, Integer> globalNames = new HashMap<>();
  private final Map<String, Integer> tagNames = new HashMap<>();
  private final List<List<Object>> imports = new ArrayList<>();
  private final List<List<Object>> functions = new ArrayList<>();
  private final ByteArrayOutputStream exports = new ByteArrayOutputStream();
  private int exportCount;

  private Wat(List<Object> module) {
    this.module = module;
  }

  /** Assembles a module. */
  static byte[] assemble(String text) {
    Reader reader = new Reader("(module " + text + ")");
    @SuppressWarnings("unchecked")
    List<Object> module = (List<Object>) reader.next();
    return new Wat(module).assemble();
  }

  /** Reads S-expressions into lists and strings; quoted strings keep their quotes. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Object next() {
      skip();
      if (text.charAt(at) == '(') {
        at++;
        List<Object> list = new ArrayList<>();
        for (skip(); text.charAt(at) != ')'; skip()) {
          list.add(next());
        }
        at++;
        return list;
      }
      int start = at;
      if (text.charAt(at) == '"') {
        for (at++; text.charAt(at) != '"'; at++) {
          if (text.charAt(at) == '\\') {
            at++;
          }
        }
        at++;
      } else {
        while (" \n\t()".indexOf(text.charAt(at)) < 0) {
          at++;
        }
      }
      return text.substring(start, at);
    }

    private void skip() {
      while (true) {
        while (Character.isWhitespace(text.charAt(at))) {
          at++;
        }
        if (!text.startsWith(";;", at)) {
          return;
        }
        at = text.indexOf('\n', at);
      }
    }
  }

  private byte[] assemble() {
    for (Object item : module.subList(1, module.size())) {
      List<Object> field = list(item);
      if (field.get(0).equals("import")) {
        imports.add(field);
        name(functionNames, list(field.get(3)), imports.size() - 1);
      }
    }
    int globalCount = 0;
    int tagCount = 0;
    for (Object item : module.subList(1, module.size())) {
      List<Object> field = list(item);
      if (field.get(0).equals("func")) {
        name(functionNames, field, imports.size() + functions.size());
        functions.add(field);
      } else if (field.get(0).equals("global")) {
        name(globalNames, field, globalCount++);
      } else if (field.get(0).equals("tag")) {
        name(tagNames, field, tagCount++);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});

    ByteArrayOutputStream importBytes = new ByteArrayOutputStream();
    for (List<Object> field : imports) {
      string(importBytes, bytes(field.get(1)));
      string(importBytes, bytes(field.get(2)));
      importBytes.write(0);
      unsigned(importBytes, type(list(field.get(3))));
    }
    ByteArrayOutputStream functionBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int i = 0; i < functions.size(); i++) {
      unsigned(functionBytes, type(functions.get(i)));
      byte[] body = new Body(functions.get(i)).assemble();
      unsigned(code, body.length);
      code.writeBytes(body);
      for (Object part : functions.get(i)) {
        if (part instanceof List<?> list && list.get(0).equals("export")) {
          export(bytes(list.get(1)), 0, imports.size() + i);
        }
      }
    }
    Map<Integer, ByteArrayOutputStream> sections = new LinkedHashMap<>();
    Map<Integer, Integer> counts = new HashMap<>();
    int memories = 0;
    int tables = 0;
    for (Object item : module.subList(1, module.size())) {
      List<Object> field = list(item);
      switch ((String) field.get(0)) {
        case "memory" -> {
          int at = exported(field, 2, memories++);
          ByteArrayOutputStream section = section(sections, counts, 5);
          size(section, field, at, field.size());
        }
        case "table" -> {
          int at = exported(field, 1, tables++);
          ByteArrayOutputStream section = section(sections, counts, 4);
          section.write(valueType((String) field.get(field.size() - 1)));
          size(section, field, at, field.size() - 1);
        }
        case "global" -> {
          ByteArrayOutputStream section = section(sections, counts, 6);
          int at = field.get(1) instanceof String name && name.startsWith("$") ? 2 : 1;
          if (field.get(at) instanceof List<?> export && export.get(0).equals("export")) {
            export(bytes(export.get(1)), 3, counts.get(6) - 1);
            at++;
          }
          boolean mutable = field.get(at) instanceof List<?>;
          Object type = mutable ? list(field.get(at)).get(1) : field.get(at);
          section.write(valueType((String) type));
          section.write(mutable ? 1 : 0);
          constant(section, list(field.get(at + 1)));
        }
        case "start" -> {
          ByteArrayOutputStream section = section(sections, counts, 8);
          unsigned(section, functionNames.get((String) field.get(1)));
        }
        case "elem" -> {
          ByteArrayOutputStream section = section(sections, counts, 9);
          if (field.get(1) instanceof List<?> offset) {
            section.write(0);
            constant(section, list(offset));
          } else {
            section.writeBytes(new byte[] {1, 0}); // passive: (elem func $f)
          }
          unsigned(section, field.size() - 2);
          for (Object name : field.subList(2, field.size())) {
            unsigned(section, functionNames.get((String) name));
          }
        }
        case "data" -> {
          ByteArrayOutputStream section = section(sections, counts, 11);
          if (field.get(1) instanceof List<?> offset) {
            section.write(0);
            constant(section, list(offset));
          } else {
            section.write(1);
            counts.put(12, 1);
          }
          string(section, bytes(field.get(field.size() - 1)));
        }
        case "tag" -> {
          ByteArrayOutputStream section = section(sections, counts, 13);
          section.write(0);
          unsigned(section, type(field));
        }
        case "func", "import" -> {}
        default -> throw new IllegalArgumentException("unknown field " + field);
      }
    }
    ByteArrayOutputStream typeBytes = new ByteArrayOutputStream();
    types.keySet().forEach(type -> typeBytes.writeBytes(typeBytes(type)));
    emit(out, 1, types.size(), typeBytes);
    emit(out, 2, imports.size(), importBytes);
    emit(out, 3, functions.size(), functionBytes);
    for (int id : new int[] {4, 5, 13, 6}) {
      emit(out, id, counts.getOrDefault(id, 0), sections.get(id));
    }
    emit(out, 7, exportCount, exports);
    if (sections.containsKey(8)) {
      emit(out, 8, -1, sections.get(8));
    }
    emit(out, 9, counts.getOrDefault(9, 0), sections.get(9));
    if (counts.containsKey(12)) {
      emit(out, 12, counts.get(11), new ByteArrayOutputStream());
    }
    emit(out, 10, functions.size(), code);
    emit(out, 11, counts.getOrDefault(11, 0), sections.get(11));
    return out.toByteArray();
  }

  private static ByteArrayOutputStream section(
      Map<Integer, ByteArrayOutputStream> sections, Map<Integer, Integer> counts, int id) {
    counts.merge(id, 1, Integer::sum);
    return sections.computeIfAbsent(id, key -> new ByteArrayOutputStream());
  }

  private static void emit(
      ByteArrayOutputStream out, int id, int count, ByteArrayOutputStream content) {
    if (count != 0) {
      ByteArrayOutputStream section = new ByteArrayOutputStream();
      if (count > 0) {
        unsigned(section, count);
      }
      section.writeBytes(content.toByteArray());
      out.write(id);
      unsigned(out, section.size());
      out.writeBytes(section.toByteArray());
    }
  }

  private int exported(List<Object> field, int kind, int index) {
    int at = 1;
    if (field.get(at) instanceof List<?> export) {
      export(bytes(export.get(1)), kind, index);
      at++;
    }
    return at;
  }

  private static void size(ByteArrayOutputStream out, List<Object> field, int from, int to) {
    boolean wide = field.get(from).equals("i64");
    int first = wide ? from + 1 : from;
    out.write((to - first == 2 ? 1 : 0) | (wide ? 4 : 0));
    for (Object number : field.subList(first, to)) {
      unsigned(out, Long.decode((String) number));
    }
  }

  private void export(byte[] name, int kind, int index) {
    string(exports, name);
    exports.write(kind);
    unsigned(exports, index);
    exportCount++;
  }

  private void constant(ByteArrayOutputStream out, List<Object> expression) {
    new Body(out).folded(expression);
    out.write(0x0b);
  }

  private static void name(Map<String, Integer> names, List<Object> field, int index) {
    if (field.size() > 1 && field.get(1) instanceof String name && name.startsWith("$")) {
      names.put(name, index);
    }
  }

  private int type(List<Object> function) {
    List<String> type = new ArrayList<>();
    collect(type, function, "param");
    type.add("->");
    collect(type, function, "result");
    types.putIfAbsent(type, types.size());
    return types.get(type);
  }

  private static void collect(List<String> type, List<Object> function, String kind) {
    for (int i = 0; i < function.size(); i++) {
      Object part = function.get(i);
      if (i > 0 && part instanceof String word && !word.startsWith("$")) {
        return; // the instructions begin, which have types of their own
      }
      if (part instanceof List<?> list && list.get(0).equals(kind)) {
        for (Object word : list.subList(1, list.size())) {
          if (!((String) word).startsWith("$")) {
            type.add((String) word);
          }
        }
      }
    }
  }

  private static byte[] typeBytes(List<String> type) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x60);
    int arrow = type.indexOf("->");
    unsigned(out, arrow);
    type.subList(0, arrow).forEach(word -> out.write(valueType(word)));
    unsigned(out, type.size() - arrow - 1);
    type.subList(arrow + 1, type.size()).forEach(word -> out.write(valueType(word)));
    return out.toByteArray();
  }

  private static int valueType(String name) {
    return switch (name) {
      case "i32" -> 0x7f;
      case "i64" -> 0x7e;
      case "f32" -> 0x7d;
      case "f64" -> 0x7c;
      case "v128" -> 0x7b;
      case "funcref" -> 0x70;
      case "externref" -> 0x6f;
      default -> throw new IllegalArgumentException("unknown type " + name);
    };
  }

  /** The instructions of one function. */
  private final class Body {
    private final List<Object> function;
    private final ByteArrayOutputStream out;
    private final Map<String, Integer> locals = new HashMap<>();
    private final List<String> labels = new ArrayList<>();
    private final List<String> extraLocals = new ArrayList<>();

    Body(List<Object> function) {
      this.function = function;
      this.out = new ByteArrayOutputStream();
    }

    Body(ByteArrayOutputStream out) {
      this.function = List.of();
      this.out = out;
    }

    byte[] assemble() {
      int count = 0;
      int first = 1;
      for (int i = 1; i < function.size(); i++) {
        if (function.get(i) instanceof List<?> list
            && List.of("param", "local", "result", "export").contains(list.get(0))) {
          first = i + 1;
          if (list.get(0).equals("param") || list.get(0).equals("local")) {
            for (Object word : list.subList(1, list.size())) {
              if (((String) word).startsWith("$")) {
                locals.put((String) word, count);
              } else {
                count++;
                if (list.get(0).equals("local")) {
                  extraLocals.add((String) word);
                }
              }
            }
          }
        } else if (i == 1 && function.get(i) instanceof String name && name.startsWith("$")) {
          first = 2;
        } else {
          break;
        }
      }
      ByteArrayOutputStream groups = new ByteArrayOutputStream();
      int groupCount = 0;
      for (int at = 0; at < extraLocals.size(); groupCount++) {
        int from = at;
        while (at < extraLocals.size() && extraLocals.get(at).equals(extraLocals.get(from))) {
          at++;
        }
        unsigned(groups, at - from);
        groups.write(valueType(extraLocals.get(from)));
      }
      unsigned(out, groupCount);
      out.writeBytes(groups.toByteArray());
      sequence(function.subList(first, function.size()));
      out.write(0x0b);
      return out.toByteArray();
    }

    private void sequence(List<Object> words) {
      for (int at = 0; at < words.size(); ) {
        if (words.get(at) instanceof List<?>) {
          folded(list(words.get(at++)));
        } else {
          at = plain(words, at);
        }
      }
    }

    void folded(List<Object> expression) {
      String operation = (String) expression.get(0);
      if (operation.equals("block") || operation.equals("loop")) {
        int at = open(expression, 0);
        sequence(expression.subList(at, expression.size()));
        close();
        return;
      }
      if (operation.equals("if")) {
        int at = 1;
        while (!(expression.get(at) instanceof List<?> list && list.get(0).equals("then"))) {
          if (expression.get(at) instanceof List<?> list && !list.get(0).equals("result")) {
            folded(list(list));
          }
          at++;
        }
        open(expression, 0);
        List<Object> then = list(expression.get(at));
        sequence(then.subList(1, then.size()));
        if (at + 1 < expression.size()) {
          out.write(0x05);
          List<Object> otherwise = list(expression.get(at + 1));
          sequence(otherwise.subList(1, otherwise.size()));
        }
        close();
        return;
      }
      List<Object> words = new ArrayList<>();
      for (Object word : expression) {
        if (word instanceof List<?> list && !List.of("param", "result").contains(list.get(0))) {
          folded(list(word));
        } else {
          words.add(word);
        }
      }
      plain(words, 0);
    }

    /** Writes the head of a block; gives the index behind it. */
    private int open(List<Object> words, int start) {
      String opcode = (String) words.get(start);
      int at = start + 1;
      String label = "";
      if (at < words.size() && words.get(at) instanceof String name && name.startsWith("$")) {
        label = name;
        at++;
      }
      List<Object> type = new ArrayList<>();
      while (at < words.size()
          && words.get(at) instanceof List<?> list
          && List.of("param", "result").contains(list.get(0))) {
        type.add(list);
        at++;
      }
      out.write(
          switch (opcode) {
            case "block" -> 0x02;
            case "loop" -> 0x03;
            case "try" -> 0x06;
            case "try_table" -> 0x1f;
            default -> 0x04;
          });
      if (type.isEmpty()) {
        out.write(0x40);
      } else if (type.size() == 1 && list(type.get(0)).equals(List.of("result", word(type, 1)))) {
        out.write(valueType(word(type, 1)));
      } else {
        signed(out, type(type));
      }
      if (opcode.equals("try_table")) {
        at = clauses(words, at);
      }
      labels.add(label);
      return at;
    }

    private String word(List<Object> type, int at) {
      return (String) list(type.get(0)).get(at);
    }

    private int clauses(List<Object> words, int start) {
      int at = start;
      ByteArrayOutputStream clauses = new ByteArrayOutputStream();
      for (; at < words.size() && words.get(at) instanceof List<?> clause; at++) {
        int kind =
            List.of("catch", "catch_ref", "catch_all", "catch_all_ref").indexOf(clause.get(0));
        if (kind < 0) {
          break;
        }
        clauses.write(kind);
        if (kind < 2) {
          unsigned(clauses, tagNames.get((String) clause.get(1)));
        }
        unsigned(clauses, label((String) clause.get(clause.size() - 1)));
      }
      unsigned(out, at - start);
      out.writeBytes(clauses.toByteArray());
      return at;
    }

    private void close() {
      labels.remove(labels.size() - 1);
      out.write(0x0b);
    }

    private int plain(List<Object> words, int start) {
      String operation = (String) words.get(start);
      int at = start + 1;
      switch (operation) {
        case "block", "loop", "if", "try", "try_table" -> {
          return open(words, start);
        }
        case "catch", "throw" -> {
          out.write(operation.equals("catch") ? 0x07 : 0x08);
          unsigned(out, tagNames.get((String) words.get(at++)));
        }
        case "catch_all" -> out.write(0x19);
        case "rethrow" -> {
          out.write(0x09);
          unsigned(out, label((String) words.get(at++)));
        }
        case "delegate" -> {
          labels.remove(labels.size() - 1);
          out.write(0x18);
          unsigned(out, label((String) words.get(at++)));
        }
        case "else" -> out.write(0x05);
        case "end" -> close();
        case "br", "br_if" -> {
          out.write(operation.equals("br") ? 0x0c : 0x0d);
          unsigned(out, label((String) words.get(at++)));
        }
        case "br_table" -> {
          List<Integer> targets = new ArrayList<>();
          while (at < words.size()
              && words.get(at) instanceof String word
              && (word.startsWith("$") || Character.isDigit(word.charAt(0)))) {
            targets.add(label(word));
            at++;
          }
          out.write(0x0e);
          unsigned(out, targets.size() - 1);
          targets.forEach(target -> unsigned(out, target));
        }
        case "call", "return_call" -> {
          out.write(operation.equals("call") ? 0x10 : 0x12);
          unsigned(out, functionNames.get((String) words.get(at++)));
        }
        case "call_indirect" -> {
          out.write(0x11);
          int from = at;
          int to = from;
          while (to < words.size() && words.get(to) instanceof List<?>) {
            to++;
          }
          unsigned(out, type(words.subList(from, to)));
          out.write(0);
          while (at < words.size() && words.get(at) instanceof List<?>) {
            at++;
          }
        }
        case "local.get", "local.set", "local.tee" -> {
          out.write(operation.equals("local.get") ? 0x20 : operation.endsWith("set") ? 0x21 : 0x22);
          unsigned(out, index(locals, (String) words.get(at++)));
        }
        case "global.get", "global.set" -> {
          out.write(operation.equals("global.get") ? 0x23 : 0x24);
          unsigned(out, index(globalNames, (String) words.get(at++)));
        }
        case "i32.const", "i64.const" -> {
          out.write(operation.equals("i32.const") ? 0x41 : 0x42);
          long value = Long.decode((String) words.get(at++));
          signed(out, operation.equals("i32.const") ? (int) value : value);
        }
        case "f32.const" -> {
          out.write(0x43);
          int bits = Float.floatToRawIntBits(Float.parseFloat((String) words.get(at++)));
          for (int i = 0; i < 4; i++) {
            out.write(bits >> (8 * i));
          }
        }
        case "ref.func" -> {
          out.write(0xd2);
          unsigned(out, functionNames.get((String) words.get(at++)));
        }
        case "f64.const" -> {
          out.write(0x44);
          long bits = Double.doubleToRawLongBits(Double.parseDouble((String) words.get(at++)));
          for (int i = 0; i < 8; i++) {
            out.write((int) (bits >> (8 * i)));
          }
        }
        default -> {
          int[] opcode = OPCODES.get(operation);
          if (opcode == null) {
            throw new IllegalArgumentException("unknown instruction " + operation);
          }
          for (int part : opcode) {
            out.write(part);
          }
          if (operation.contains(".load") || operation.contains(".store")) {
            long offset = 0;
            if (at < words.size()
                && words.get(at) instanceof String word
                && word.startsWith("offset=")) {
              String number = word.substring(7);
              offset =
                  number.startsWith("0x")
                      ? Long.parseUnsignedLong(number.substring(2), 16)
                      : Long.parseUnsignedLong(number);
              at++;
            }
            out.write(0);
            unsigned(out, offset);
          }
        }
      }
      return at;
    }

    private int label(String name) {
      if (Character.isDigit(name.charAt(0))) {
        return Integer.parseInt(name);
      }
      int found = labels.lastIndexOf(name);
      return labels.size() - 1 - found; // not found: the label of the function
    }

    private int index(Map<String, Integer> names, String name) {
      return name.startsWith("$") ? names.get(name) : Integer.parseInt(name);
    }
  }

  private static final Map<String, int[]> OPCODES = new HashMap<>();

  private static void op(String name, int... bytes) {
    OPCODES.put(name, bytes);
  }

  private static void comparisons(String type, int first, String... relations) {
    int opcode = first;
    for (String relation : relations) {
      op(type + "." + relation, opcode++);
    }
  }

  static {
    op("unreachable", 0x00);
    op("nop", 0x01);
    op("return", 0x0f);
    op("drop", 0x1a);
    op("select", 0x1b);
    String[] accesses = {
      "i32.load",
      "i64.load",
      "f32.load",
      "f64.load",
      "i32.load8_s",
      "i32.load8_u",
      "i32.load16_s",
      "i32.load16_u",
      "i64.load8_s",
      "i64.load8_u",
      "i64.load16_s",
      "i64.load16_u",
      "i64.load32_s",
      "i64.load32_u",
      "i32.store",
      "i64.store",
      "f32.store",
      "f64.store",
      "i32.store8",
      "i32.store16",
      "i64.store8",
      "i64.store16",
      "i64.store32",
    };
    for (int i = 0; i < accesses.length; i++) {
      op(accesses[i], 0x28 + i);
    }
    op("memory.size", 0x3f, 0x00);
    op("memory.grow", 0x40, 0x00);
    op("i32.eqz", 0x45);
    comparisons(
        "i32", 0x46, "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u");
    comparisons(
        "i64", 0x51, "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u");
    comparisons("f32", 0x5b, "eq", "ne", "lt", "gt", "le", "ge");
    comparisons("f64", 0x61, "eq", "ne", "lt", "gt", "le", "ge");
    op("i32.add", 0x6a);
    op("i32.sub", 0x6b);
    op("i32.mul", 0x6c);
    op("i32.div_s", 0x6d);
    op("i32.div_u", 0x6e);
    op("i32.rem_u", 0x70);
    op("i32.and", 0x71);
    op("i32.or", 0x72);
    op("i32.xor", 0x73);
    op("i32.shl", 0x74);
    op("i32.shr_u", 0x76);
    op("i32.rotl", 0x77);
    op("i64.eqz", 0x50);
    op("i64.and", 0x83);
    op("i64.xor", 0x85);
    op("i64.shl", 0x86);
    op("i64.shr_u", 0x88);
    op("i64.rotl", 0x89);
    op("i32.wrap_i64", 0xa7);
    op("i64.extend_i32_s", 0xac);
    op("i64.extend_i32_u", 0xad);
    op("i32.reinterpret_f32", 0xbc);
    op("f32.convert_i64_u", 0xb5);
    op("f64.convert_i64_u", 0xba);
    op("f32.reinterpret_i32", 0xbe);
    op("i64.add", 0x7c);
    op("i64.sub", 0x7d);
    op("i64.mul", 0x7e);
    op("i64.div_s", 0x7f);
    op("f32.add", 0x92);
    op("f32.div", 0x95);
    op("f64.add", 0xa0);
    op("f64.sub", 0xa1);
    op("f64.mul", 0xa2);
    op("f64.div", 0xa3);
    op("f64.neg", 0x9a);
    op("f64.sqrt", 0x9f);
    op("i32.trunc_f64_s", 0xaa);
    op("f32.demote_f64", 0xb6);
    op("f64.convert_i32_s", 0xb7);
    op("i64.reinterpret_f64", 0xbd);
    op("f64.reinterpret_i64", 0xbf);
    op("ref.null_func", 0xd0, 0x70);
    op("ref.null_extern", 0xd0, 0x6f);
    op("memory.init1", 0xfc, 0x08, 0x01, 0x00);
    op("data.drop1", 0xfc, 0x09, 0x01);
    op("table.init1", 0xfc, 0x0c, 0x01, 0x00);
    op("elem.drop1", 0xfc, 0x0d, 0x01);
    op("memory.init", 0xfc, 0x08, 0x00, 0x00);
    op("data.drop", 0xfc, 0x09, 0x00);
    op("memory.copy", 0xfc, 0x0a, 0x00, 0x00);
    op("memory.fill", 0xfc, 0x0b, 0x00);
    op("table.get", 0x25, 0x00);
    op("table.set", 0x26, 0x00);
    op("table.copy", 0xfc, 0x0e, 0x00, 0x00);
    op("table.fill", 0xfc, 0x11, 0x00);
    op("ref.is_null", 0xd1);
    op("throw_ref", 0x0a);
    op("table.grow", 0xfc, 0x0f, 0x00);
    op("table.size", 0xfc, 0x10, 0x00);
    op("v128.const0", 0xfd, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    op("atomic.fence", 0xfe, 0x03, 0x00);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object object) {
    return (List<Object>) object;
  }

  private static byte[] bytes(Object quoted) {
    String text = (String) quoted;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (c == '\\' && text.charAt(i + 1) == 'n') {
        out.write('\n');
        i++;
      } else if (c == '\\') {
        out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, byte[] bytes) {
    unsigned(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void unsigned(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static void signed(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest > 63 || rest < -64) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7f));
  }

  static {
    String[] accesses =
        ("i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u"
                + " i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u"
                + " i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8"
                + " i64.store16 i64.store32")
            .split(" ");
    for (int i = 0; i < accesses.length; i++) {
      op(accesses[i], 0x28 + i);
    }
    op("i32.shl", 0x74);
    op("i32.shr_u", 0x76);
    op("i64.extend_i32_u", 0xad);
    op("ref.is_null", 0xd1);
  }
}
