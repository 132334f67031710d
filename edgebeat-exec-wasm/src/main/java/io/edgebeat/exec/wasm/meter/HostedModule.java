package io.edgebeat.exec.wasm.meter;

import java.util.ArrayList;
import java.util.List;

/**
 * A metered module for an engine that lets its host see and decide little: the module itself asks
 * before its memory and its tables grow, and calls its host now and then. What it computes, and
 * what it pays for it, stays as it is.
 *
 * <p>Hidden exports are added for the host, beside those of {@link MeteredModule}:
 *
 * <ul>
 *   <li>{@link #MEMORY}, the memory if there is one, which the guest need not export.
 *   <li>{@link #PAGES}, a mutable global of type i32: the most pages the memory may have. The host
 *       sets it before the start.
 *   <li>{@link #LACK}, a mutable global of type i64. After a trap it is {@link #HEAP} when an
 *       engine could not make a memory or table as large as the guest may have it, and the number
 *       of entries when tables were to grow above what this host gives; else 0.
 *   <li>{@link #CALLING}, a function that takes one without parameters and results, which the guest
 *       then calls when its memory has grown, and when a loop has used much fuel. The host calls it
 *       before the start.
 *   <li>{@link #SUPPLYING}, a function that puts one of type {@code (i64) -> ()} into the table
 *       {@link MeteredModule#MORE}, if there is one. The host calls it before the start.
 * </ul>
 *
 * <p>Threads: immutable.
 */
public final class HostedModule {
  /** The linear memory. */
  public static final String MEMORY = ModuleOutline.RESERVED + "memory";

  /** The global that says how large the memory may be. */
  public static final String PAGES = ModuleOutline.RESERVED + "pages";

  /** The global that says what there was too little of. */
  public static final String LACK = ModuleOutline.RESERVED + "lack";

  /** The function that is given what the guest calls now and then. */
  public static final String CALLING = ModuleOutline.RESERVED + "calling";

  /** The function that is given what the guest calls when it is short of fuel. */
  public static final String SUPPLYING = ModuleOutline.RESERVED + "supplying";

  /** In {@link #LACK}: the host had no room. */
  public static final long HEAP = -1;

  /** The guest calls when so much fuel was used: often for people, seldom for a processor. */
  private static final long CALL_EVERY = 16L * FunctionMeter.SETTLE_ABOVE;

  private static final int FUNCREF = 0x70;
  private static final int EMPTY = 0x40;
  private static final int MEMORY_SIZE = 0x3f;
  private static final int I64_GT_U = 0x56;
  private static final int PREFIX = 0xfc;
  private static final int GROW = Instruction.TABLE_GROW & 0xff;
  private static final int SIZE = 16;
  private static final int TABLE_SET = 0x26;

  private record Table(int type, long max) {}

  private final ModuleOutline module;
  private final long quota;
  private final long given;
  private final List<Table> tables = new ArrayList<>();
  private final List<FunctionType> types = new ArrayList<>();

  /** Types of the functions that are added, which stand behind all others. */
  private final List<Integer> added = new ArrayList<>();

  private final Emitter bodies = new Emitter();
  private final int pages;
  private final int lack;
  private final boolean hasMemory;

  /** The function of the meter that takes fuel, and its global of what is left; -1 for none. */
  private final int settle;

  private final int fuel;

  /** The table that is the host's, -1 for none, and the function that fills it. */
  private final int more;

  private int supplying;

  /** The type of what the guest calls now and then. */
  private final int nothing;

  /** The function that grows the memory, and behind it those that grow the tables. */
  private int growMemory;

  private int growTables;

  private HostedModule(byte[] metered, int functions, long quota, long given) {
    this.module = ModuleOutline.readMetered(metered);
    this.fuel = exported(MeteredModule.FUEL);
    this.more = exported(MeteredModule.MORE);
    this.settle = fuel < 0 ? -1 : functions;
    this.quota = quota;
    this.given = given;
    this.pages = module.globals;
    this.lack = module.globals + 1;
    this.hasMemory = module.memories > 0;
    this.types.addAll(module.types);
    this.nothing = type("", "");
    readTables();
  }

  private int exported(String name) {
    return module.exports.stream()
        .filter(export -> export.name().equals(name))
        .mapToInt(ModuleOutline.Export::index)
        .findFirst()
        .orElse(-1);
  }

  /**
   * Rewrites a module.
   *
   * @param metered a module that imports nothing but functions, metered or not
   * @param functions how many functions it had before it was metered
   * @param quota the entries of all its tables, above which none grows
   * @param given the entries that this host gives; who wants more, up to the quota, traps
   * @return the binary
   */
  public static byte[] of(byte[] metered, int functions, long quota, long given) {
    return new HostedModule(metered, functions, quota, given).write();
  }

  private void readTables() {
    ModuleOutline.Part part = module.section(ModuleOutline.TABLES);
    if (part == null) {
      return;
    }
    Cursor in = new Cursor(module.bytes, part.from(), part.end());
    for (int i = in.count("tables"); i > 0; i--) {
      int type = in.byteValue();
      boolean bounded = (in.byteValue() & 1) != 0;
      in.unsigned();
      tables.add(new Table(type, bounded ? in.unsigned() : 0xffff_ffffL));
    }
  }

  private byte[] write() {
    addFunctions();
    Emitter code = code();
    Emitter typeSection = new Emitter().unsigned(types.size());
    types.forEach(type -> type.write(typeSection));
    Emitter out = new Emitter().copy(module.bytes, 0, 8);
    for (int id : ModuleOutline.ORDER) {
      switch (id) {
        case ModuleOutline.TYPES -> out.section(id, typeSection);
        case ModuleOutline.FUNCTIONS -> out.section(id, longer(id, functions(), added.size()));
        case ModuleOutline.TABLES -> out.section(id, longer(id, callTable(), 1));
        case ModuleOutline.GLOBALS -> out.section(id, longer(id, globals(), 3));
        case ModuleOutline.EXPORTS -> out.section(id, exports(id));
        case ModuleOutline.CODE -> out.section(id, code);
        default -> {
          ModuleOutline.Part part = module.section(id);
          if (part != null) {
            out.section(id, new Emitter().copy(module.bytes, part.from(), part.end()));
          }
        }
      }
    }
    return out.toBytes();
  }

  /** A section with more behind what it has. */
  private Emitter longer(int id, Emitter more, int count) {
    ModuleOutline.Part part = module.section(id);
    if (part == null) {
      return new Emitter().unsigned(count).copy(more);
    }
    Cursor in = new Cursor(module.bytes, part.from(), part.end());
    int own = in.count("entries");
    return new Emitter()
        .unsigned((long) own + count)
        .copy(module.bytes, in.position(), part.end())
        .copy(more);
  }

  private Emitter functions() {
    Emitter out = new Emitter();
    added.forEach(out::unsigned);
    return out;
  }

  /** What is called now and then: a table is where a function can be put later. */
  private static Emitter callTable() {
    return new Emitter().put(FUNCREF, 1, 1, 1);
  }

  private static Emitter globals() {
    Emitter out = new Emitter();
    out.put(FunctionType.I32, 1, Instruction.I32_CONST, 0, Instruction.END);
    out.put(FunctionType.I64, 1, Instruction.I64_CONST, 0, Instruction.END);
    out.put(FunctionType.I64, 1, Instruction.I64_CONST).signed(Long.MAX_VALUE);
    return out.put(Instruction.END);
  }

  private Emitter exports(int id) {
    Emitter out = new Emitter();
    int count = 3;
    out.name(PAGES).put(3).unsigned(pages);
    out.name(LACK).put(3).unsigned(lack);
    out.name(CALLING).put(0).unsigned(module.functions.size());
    if (hasMemory) {
      out.name(MEMORY).put(2, 0);
      count++;
    }
    if (more >= 0) {
      out.name(SUPPLYING).put(0).unsigned(supplying);
      count++;
    }
    return longer(id, out, count);
  }

  private int type(String parameters, String results) {
    types.add(new FunctionType(parameters, results));
    return types.size() - 1;
  }

  private void addFunctions() {
    int taking = type(String.valueOf((char) FUNCREF), "");
    add(taking, filling(module.tables));
    if (more >= 0) {
      supplying = add(taking, filling(more));
    }
    if (hasMemory) {
      growMemory = add(type(I32, I32), growMemory());
    }
    growTables = module.functions.size() + added.size();
    for (int i = 0; i < tables.size(); i++) {
      add(type((char) tables.get(i).type + I32, I32), growTable(i));
    }
  }

  private static final String I32 = String.valueOf(FunctionType.I32);

  private int add(int type, Emitter body) {
    bodies.sized(body);
    added.add(type);
    return module.functions.size() + added.size() - 1;
  }

  private static Emitter filling(int table) {
    Emitter out = new Emitter().put(0, Instruction.I32_CONST, 0);
    out.op(Instruction.LOCAL_GET, 0).op(TABLE_SET, table);
    return out.put(Instruction.END);
  }

  private Emitter growMemory() {
    Emitter out = new Emitter().put(1, 1, FunctionType.I32);
    wide(out.op(Instruction.LOCAL_GET, 0));
    wide(out.put(MEMORY_SIZE, 0)).put(Instruction.I64_ADD);
    wide(out.op(Instruction.GLOBAL_GET, pages)).put(I64_GT_U);
    refuse(out);
    out.op(Instruction.LOCAL_GET, 0).put(Instruction.MEMORY_GROW, 0);
    noRoom(out, 1);
    call(out);
    return out.op(Instruction.LOCAL_GET, 1).put(Instruction.END);
  }

  private Emitter growTable(int table) {
    Emitter out = new Emitter().put(2, 1, FunctionType.I32, 1, FunctionType.I64);
    wide(out.op(Instruction.LOCAL_GET, 1));
    wide(out.put(PREFIX, SIZE).unsigned(table)).put(Instruction.I64_ADD);
    out.put(Instruction.I64_CONST).signed(tables.get(table).max).put(I64_GT_U);
    refuse(out);
    out.op(Instruction.LOCAL_GET, 1).put(Instruction.IF, EMPTY);
    wide(out.op(Instruction.LOCAL_GET, 1));
    for (int i = 0; i < tables.size(); i++) {
      if (i != more) {
        wide(out.put(PREFIX, SIZE).unsigned(i)).put(Instruction.I64_ADD);
      }
    }
    out.op(Instruction.LOCAL_TEE, 3);
    out.put(Instruction.I64_CONST).signed(quota).put(I64_GT_U);
    refuse(out);
    out.op(Instruction.LOCAL_GET, 3);
    out.put(Instruction.I64_CONST).signed(given).put(I64_GT_U, Instruction.IF, EMPTY);
    out.op(Instruction.LOCAL_GET, 3).op(Instruction.GLOBAL_SET, lack);
    out.put(Instruction.UNREACHABLE, Instruction.END, Instruction.END);
    out.op(Instruction.LOCAL_GET, 0).op(Instruction.LOCAL_GET, 1);
    out.put(PREFIX, GROW).unsigned(table);
    noRoom(out, 2);
    return out.op(Instruction.LOCAL_GET, 2).put(Instruction.END);
  }

  /** Calls the host. */
  private void call(Emitter out) {
    out.put(Instruction.I32_CONST, 0, Instruction.CALL_INDIRECT).unsigned(nothing);
    out.unsigned(module.tables);
  }

  /** Calls the host when much was used since the last time. */
  private void callSometimes(Emitter out) {
    int next = lack + 1;
    out.op(Instruction.GLOBAL_GET, fuel).op(Instruction.GLOBAL_GET, next);
    out.put(Instruction.I64_LT_S, Instruction.IF, EMPTY).op(Instruction.GLOBAL_GET, fuel);
    out.put(Instruction.I64_CONST).signed(CALL_EVERY).put(Instruction.I64_SUB);
    call(out.op(Instruction.GLOBAL_SET, next));
    out.put(Instruction.END);
  }

  private static Emitter wide(Emitter out) {
    return out.put(Instruction.I64_EXTEND_I32_U);
  }

  /** Answers -1 if what is on the stack is true. */
  private static void refuse(Emitter out) {
    out.put(Instruction.IF, EMPTY, Instruction.I32_CONST).signed(-1);
    out.put(Instruction.RETURN, Instruction.END);
  }

  /** Keeps the engine's answer, which is only -1 when it had no room. */
  private void noRoom(Emitter out, int answer) {
    out.op(Instruction.LOCAL_TEE, answer).put(Instruction.I32_CONST).signed(-1);
    out.put(Instruction.I32_EQ, Instruction.IF, EMPTY, Instruction.I64_CONST).signed(HEAP);
    out.op(Instruction.GLOBAL_SET, lack).put(Instruction.UNREACHABLE, Instruction.END);
  }

  private Emitter code() {
    Emitter out = new Emitter().unsigned((long) module.bodies.size() + added.size());
    for (int i = 0; i < module.bodies.size(); i++) {
      out.sized(body(i));
    }
    return out.copy(bodies);
  }

  private Emitter body(int index) {
    ModuleOutline.Part part = module.bodies.get(index);
    FunctionCode code = FunctionCode.read(module, module.importedFunctions + index);
    Emitter out = new Emitter();
    int copied = part.from();
    for (int i = 0; i < code.count; i++) {
      int opcode = code.opcode(i);
      if (opcode == Instruction.MEMORY_GROW || opcode == Instruction.TABLE_GROW) {
        boolean memory = opcode == Instruction.MEMORY_GROW;
        out.copy(module.bytes, copied, code.start(i));
        out.op(Instruction.CALL, memory ? growMemory : growTables + code.a[i]);
        copied = code.start(i + 1);
      }
    }
    if (code.function == settle) {
      out.copy(module.bytes, copied, part.end() - 1);
      callSometimes(out);
      return out.put(Instruction.END);
    }
    return out.copy(module.bytes, copied, part.end());
  }
}
