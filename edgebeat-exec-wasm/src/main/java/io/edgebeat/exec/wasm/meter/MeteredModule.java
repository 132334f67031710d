package io.edgebeat.exec.wasm.meter;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.exec.wasm.meter.Layout.Added;
import io.edgebeat.exec.wasm.meter.Layout.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A module that counts its own fuel, watches how deep its calls are nested, and makes canonical
 * every NaN whose bits could be seen. Its results, its fuel and where it ends are the same in every
 * engine.
 *
 * <p>What it computes is what the original computes. Everything of the original keeps its index.
 * Hidden exports are added for the host:
 *
 * <ul>
 *   <li>{@link #FUEL}, a mutable global of type i64: what is left. The host sets it before the
 *       start. It is exact whenever a function of the host is called, and when the guest has
 *       returned. When the guest traps and it is negative, the guest is out of fuel.
 *   <li>{@link #MORE}, a table of one function of type (i64) -> (), which the host may put there;
 *       as long as there is none the guest traps instead of calling it. With 0 it is called when
 *       what is left has become negative, and changes that, or does not return. With another number
 *       it is called when that much is wanted besides and would make it negative; for the time of
 *       the call it is lowered by all of that. It returns if so much may be used at all.
 *   <li>{@link #DEPTH}, a mutable global of type i32: negative after a trap because calls were
 *       nested too deeply.
 *   <li>{@link #START}, the start function if there is one, which the module does not call itself.
 * </ul>
 *
 * <p>Threads: immutable.
 */
public final class MeteredModule {
  /** The global that holds the fuel that is left. */
  public static final String FUEL = ModuleOutline.RESERVED + "fuel";

  /** The table of the one function that gives more fuel. */
  public static final String MORE = ModuleOutline.RESERVED + "more";

  /** The global that is negative when calls were nested too deeply. */
  public static final String DEPTH = ModuleOutline.RESERVED + "depth";

  /** The function that the host calls before any other, where there is one. */
  public static final String START = ModuleOutline.RESERVED + "start";

  /**
   * The most fuel that a frame, and all below it that told nothing yet, may have used without being
   * charged when the guest traps.
   */
  public static final int MOST_UNSETTLED = FunctionMeter.SETTLE_ABOVE + Prices.MOST_QUIET;

  private static final FunctionType MORE_TYPE =
      new FunctionType(String.valueOf(FunctionType.I64), "");

  private final byte[] bytes;
  private final int fuelGlobal;
  private final int depthGlobal;
  private final boolean hasStart;
  private final int costsVersion;
  private final BitSet references;

  private MeteredModule(byte[] bytes, Layout layout) {
    this.bytes = bytes;
    this.fuelGlobal = layout.fuel;
    this.depthGlobal = layout.stack;
    this.hasStart = layout.module.start >= 0;
    this.costsVersion = layout.costs.version();
    this.references = (BitSet) layout.module.referenced.clone();
  }

  /**
   * Rewrites a module.
   *
   * @param module a module that an engine has validated, without vectors, exceptions and 64-bit
   *     memories
   * @param costs what instructions cost
   * @return the metered module
   * @throws EdgeBeatException {@code BAD_WORKLOAD} when it cannot be read, {@code WORKLOAD_REFUSED}
   *     when it uses a name that is not for guests
   */
  public static MeteredModule of(byte[] module, CostTable costs) {
    ModuleOutline outline = ModuleOutline.read(module);
    int bodies = outline.bodies.size();
    List<FunctionCode> codes = new ArrayList<>(bodies);
    List<ValueFlow> flows = new ArrayList<>(bodies);
    List<BlockGraph> graphs = new ArrayList<>(bodies);
    int[] highest = new int[bodies];
    for (int i = 0; i < bodies; i++) {
      FunctionCode code = FunctionCode.read(outline, outline.importedFunctions + i);
      codes.add(code);
      flows.add(ValueFlow.of(outline, code));
      graphs.add(BlockGraph.of(code));
      highest[i] = flows.get(i).highest;
    }
    CallGraph calls = CallGraph.of(outline, codes);
    StackDepth depth = StackDepth.of(outline, calls, codes, highest);
    Prices prices = Prices.of(outline, calls, depth, codes, graphs, costs);
    Layout layout = new Layout(outline, depth, prices, costs);
    return new MeteredModule(write(layout, codes, graphs, flows), layout);
  }

  /** The binary; a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The index of the global {@link #FUEL}, which is behind all of the guest's own. */
  public int fuelGlobal() {
    return fuelGlobal;
  }

  /** The index of the global {@link #DEPTH}. */
  public int depthGlobal() {
    return depthGlobal;
  }

  /** Whether there is a {@link #START}. */
  public boolean hasStart() {
    return hasStart;
  }

  /** The version of the costs that are counted. */
  public int costsVersion() {
    return costsVersion;
  }

  /** The functions that can get into a table or a reference, by index; a copy. */
  public BitSet references() {
    return (BitSet) references.clone();
  }

  private static byte[] write(
      Layout layout, List<FunctionCode> codes, List<BlockGraph> graphs, List<ValueFlow> flows) {
    Emitter code = code(layout, codes, graphs, flows); // first: it adds types
    Emitter functions = functions(layout);
    Emitter types = new Emitter().unsigned(layout.types().size());
    layout.types().forEach(type -> type.write(types));
    Emitter out = new Emitter().copy(layout.module.bytes, 0, 8);
    for (int id : ModuleOutline.ORDER) {
      switch (id) {
        case ModuleOutline.TYPES -> out.section(id, types);
        case ModuleOutline.FUNCTIONS -> out.section(id, functions);
        case ModuleOutline.TABLES -> out.section(id, tables(layout));
        case ModuleOutline.GLOBALS -> out.section(id, globals(layout));
        case ModuleOutline.EXPORTS -> out.section(id, exports(layout));
        case ModuleOutline.CODE -> out.section(id, code);
        case ModuleOutline.START -> {
          // The host calls it when it has set the fuel.
        }
        default -> {
          ModuleOutline.Part part = layout.module.section(id);
          if (part != null) {
            out.section(id, new Emitter().copy(layout.module.bytes, part.from(), part.end()));
          }
        }
      }
    }
    return out.toBytes();
  }

  private static Emitter functions(Layout layout) {
    ModuleOutline module = layout.module;
    Emitter out = new Emitter();
    out.unsigned(module.bodies.size() + 3L + layout.added.size());
    for (int f = module.importedFunctions; f < module.functions.size(); f++) {
      out.unsigned(
          layout.slot(f) == Slot.BODY
              ? layout.typeIndex(layout.slotType(f))
              : module.functions.get(f));
    }
    out.unsigned(layout.typeIndex(MORE_TYPE));
    out.unsigned(layout.typeIndex(new FunctionType(FunctionType.I64 + "" + FunctionType.I64, "")));
    out.unsigned(layout.typeIndex(new FunctionType("", "")));
    layout.added.forEach(added -> out.unsigned(layout.typeIndex(added.type())));
    return out;
  }

  /** A section that has some entries more, which are written behind. */
  private static Emitter longer(Layout layout, int id, int more) {
    ModuleOutline.Part part = layout.module.section(id);
    if (part == null) {
      return new Emitter().unsigned(more);
    }
    Cursor in = new Cursor(layout.module.bytes, part.from(), part.end());
    Emitter out = new Emitter().unsigned((long) in.count("entries") + more);
    return out.copy(layout.module.bytes, in.position(), part.end());
  }

  private static Emitter tables(Layout layout) {
    return longer(layout, ModuleOutline.TABLES, 1).put(FunctionType.FUNCREF, 1, 1, 1);
  }

  private static Emitter globals(Layout layout) {
    Emitter out = longer(layout, ModuleOutline.GLOBALS, 2);
    out.put(FunctionType.I64, 1, Instruction.I64_CONST).signed(Long.MAX_VALUE);
    out.put(Instruction.END);
    out.put(FunctionType.I32, 1, Instruction.I32_CONST).signed(layout.costs.stackSlots());
    return out.put(Instruction.END);
  }

  private static Emitter exports(Layout layout) {
    ModuleOutline module = layout.module;
    boolean hasStart = module.start >= 0;
    Emitter out = new Emitter().unsigned(module.exports.size() + (hasStart ? 4L : 3L));
    for (ModuleOutline.Export export : module.exports) {
      int index = export.kind() == 0 ? layout.entry(export.index()) : export.index();
      out.name(export.name()).put(export.kind()).unsigned(index);
    }
    out.name(FUEL).put(3).unsigned(layout.fuel);
    out.name(DEPTH).put(3).unsigned(layout.stack);
    out.name(MORE).put(1).unsigned(layout.more);
    if (hasStart) {
      out.name(START).put(0).unsigned(layout.entry(module.start));
    }
    return out;
  }

  private static Emitter code(
      Layout layout, List<FunctionCode> codes, List<BlockGraph> graphs, List<ValueFlow> flows) {
    int imported = layout.module.importedFunctions;
    Emitter out = new Emitter().unsigned(codes.size() + 3L + layout.added.size());
    for (int i = 0; i < codes.size(); i++) {
      int f = imported + i;
      out.sized(
          layout.slot(f) == Slot.BODY
              ? FunctionMeter.meter(layout, codes.get(i), graphs.get(i), flows.get(i))
              : wrapper(layout, f, layout.slot(f)));
    }
    out.sized(settle(layout)).sized(reserve(layout)).sized(tooDeep(layout));
    for (Added added : layout.added) {
      int i = added.function() - imported;
      out.sized(
          added.slot() == Slot.BODY
              ? FunctionMeter.meter(layout, codes.get(i), graphs.get(i), flows.get(i))
              : wrapper(layout, added.function(), added.slot()));
    }
    return out;
  }

  private static Emitter wrapper(Layout layout, int function, Slot slot) {
    Emitter out = new Emitter().put(0);
    long charge = layout.prices.inAdvance(function);
    if (charge != 0) {
      out.op(Instruction.GLOBAL_GET, layout.fuel).put(Instruction.I64_CONST).signed(charge);
      out.put(Instruction.I64_SUB).op(Instruction.GLOBAL_SET, layout.fuel);
    }
    int parameters = layout.module.typeOf(function).parameters().length();
    for (int i = 0; i < parameters; i++) {
      out.op(Instruction.LOCAL_GET, i);
    }
    if (layout.depth.carries.get(function)) {
      if (slot == Slot.INDIRECT) {
        out.op(Instruction.GLOBAL_GET, layout.stack);
      } else {
        out.put(Instruction.I32_CONST).signed(layout.costs.stackSlots());
      }
    }
    return out.op(Instruction.CALL, layout.body(function)).put(Instruction.END);
  }

  /** Its one parameter is what was used. */
  private static Emitter settle(Layout layout) {
    Emitter out = new Emitter().put(0);
    out.op(Instruction.GLOBAL_GET, layout.fuel).op(Instruction.LOCAL_GET, 0);
    out.put(Instruction.I64_SUB).op(Instruction.GLOBAL_SET, layout.fuel);
    out.op(Instruction.GLOBAL_GET, layout.fuel).put(Instruction.I64_CONST, 0);
    out.put(Instruction.I64_LT_S, Instruction.IF, 0x40, Instruction.I64_CONST, 0);
    more(layout, out);
    return out.put(Instruction.END, Instruction.NOP, Instruction.END);
  }

  /**
   * Its parameters are what was used and is not taken yet, and what must be there besides: together
   * more than what is left. It takes neither: what is told early would be billed to a guest that
   * traps, and only where it happened to have little left.
   */
  private static Emitter reserve(Layout layout) {
    Emitter out = new Emitter().put(0);
    out.op(Instruction.GLOBAL_GET, layout.fuel).op(Instruction.LOCAL_GET, 0);
    out.put(Instruction.I64_SUB).op(Instruction.LOCAL_GET, 1).put(Instruction.I64_SUB);
    out.op(Instruction.GLOBAL_SET, layout.fuel).op(Instruction.LOCAL_GET, 1);
    more(layout, out);
    out.op(Instruction.GLOBAL_GET, layout.fuel).op(Instruction.LOCAL_GET, 0);
    out.put(Instruction.I64_ADD).op(Instruction.LOCAL_GET, 1).put(Instruction.I64_ADD);
    return out.op(Instruction.GLOBAL_SET, layout.fuel).put(Instruction.END);
  }

  private static void more(Layout layout, Emitter out) {
    out.put(Instruction.I32_CONST, 0);
    out.op(Instruction.CALL_INDIRECT, layout.typeIndex(MORE_TYPE)).unsigned(layout.more);
  }

  private static Emitter tooDeep(Layout layout) {
    Emitter out = new Emitter().put(0);
    out.put(Instruction.I32_CONST).signed(-1).op(Instruction.GLOBAL_SET, layout.stack);
    return out.put(Instruction.UNREACHABLE, Instruction.END);
  }
}
