package io.edgebeat.exec.wasm.meter;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.ValType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a module as it is and as it is metered. As it is it runs in an interpreter that counts every
 * instruction by its price and makes every NaN canonical where it is made: what the meter must
 * give, found in another way.
 */
public final class Twins {
  /** Longer than any machine's patience: the plain run is given up here. */
  static final long MOST = 1_500_000;

  private static final long LIMIT = 1L << 40;
  private static final int F32_CONVERT = 0xb5;
  private static final int F64_CONVERT = 0xba;
  private static final Map<Integer, io.edgebeat.exec.wasm.meter.Instruction> OPS = new HashMap<>();

  static {
    io.edgebeat.exec.wasm.meter.Instruction.all().forEach(op -> OPS.put(op.opcode(), op));
  }

  /** How a run ended. */
  record End(String result, boolean trapped, boolean tooDeep, long fuel, int memory) {}

  private Twins() {}

  /**
   * Compares modules that are made at random.
   *
   * @param seed the first seed
   * @param count how many
   * @return what differs, with its seed; empty when nothing does
   */
  public static String differences(long seed, int count) {
    return deep(() -> search(seed, count));
  }

  /** On a stack that is large enough for an interpreter: what is watched are the guests' calls. */
  static <T> T deep(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    new Thread(null, task, "deep", 256L << 20).start();
    try {
      return task.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String search(long seed, int count) {
    StringBuilder found = new StringBuilder();
    for (long s = seed; s < seed + count && found.isEmpty(); s++) {
      RandomModule.Made made = RandomModule.of(s);
      for (int f = 0; f < made.functions().size(); f++) {
        String difference = difference(made.bytes(), "f" + f, arguments(made.functions().get(f)));
        if (!difference.isEmpty()) {
          found.append("seed ").append(s).append(" f").append(f).append(": ").append(difference);
        }
      }
    }
    return found.toString();
  }

  private static long[] arguments(FunctionType type) {
    long[] arguments = new long[type.parameters().length()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i * 3L + 1;
    }
    return arguments;
  }

  /** What differs between a module's runs, or nothing. */
  static String difference(byte[] module, String function, long... arguments) {
    WasmModule metered = Parser.parse(MeteredModule.of(module, CostTable.CURRENT).bytes());
    End plain = plain(Parser.parse(module), function, arguments);
    if (plain == null) {
      return same(
          "out of fuel",
          metered(metered, false, LIMIT >> 19, function, arguments),
          metered(metered, true, LIMIT >> 19, function, arguments));
    }
    End interpreted = metered(metered, false, LIMIT, function, arguments);
    String difference =
        same("engines", interpreted, metered(metered, true, LIMIT, function, arguments));
    if (!difference.isEmpty() || interpreted.tooDeep) {
      return difference;
    }
    if (plain.trapped) {
      return interpreted.trapped
              && interpreted.memory == plain.memory
              && interpreted.fuel >= plain.fuel - MeteredModule.MOST_UNSETTLED
          ? ""
          : "plain " + plain + ", metered " + interpreted;
    }
    difference = same("plain and metered", plain, interpreted);
    if (difference.isEmpty() && plain.fuel > 1) {
      End enough = metered(metered, false, plain.fuel, function, arguments);
      End less = metered(metered, false, plain.fuel - 1, function, arguments);
      difference = same("fuel that is just enough", plain, enough);
      if (less.fuel < plain.fuel) {
        difference += "too little fuel is enough: " + less;
      }
    }
    return difference;
  }

  private static String same(String what, End one, End other) {
    return one.equals(other) ? "" : what + " differ: " + one + " and " + other;
  }

  private static final class GivenUp extends ChicoryException {
    private static final long serialVersionUID = 1;

    GivenUp() {
      super("given up");
    }
  }

  /** Counts instructions as they are executed. */
  private static final class Count {
    private long fuel;
    private io.edgebeat.exec.wasm.meter.@Nullable Instruction before;
    private long growth;

    void execute(Instruction instruction, MStack stack) {
      var op = OPS.get(instruction.opcode().opcode());
      if (op == null) {
        throw new IllegalStateException("unknown instruction " + instruction);
      }
      if (before != null && before.makesNan()) {
        canonical(stack, before.results().equals("f"));
      }
      if (op.opcode() == F32_CONVERT || op.opcode() == F64_CONVERT) {
        stack.push(exact(stack.pop(), op.opcode() == F32_CONVERT));
      }
      if (growth != 0 && (int) stack.peek() != -1) {
        fuel += growth;
      }
      growth = 0;
      fuel += CostTable.CURRENT.of(op);
      if (op.pricedBySize()) {
        long price =
            ((stack.peek() & 0xffff_ffffL) * CostTable.CURRENT.ofSize(op)) >> CostTable.sizeShift();
        if (op.costClass().equals("grow")) {
          growth = price;
        } else {
          fuel += price;
        }
      }
      before = op;
      if (fuel > MOST) {
        throw new GivenUp();
      }
    }

    /**
     * What an engine cannot round wrongly, because it is the nearest number already, or the
     * largest.
     */
    private static long exact(long value, boolean single) {
      BigDecimal wanted = new BigDecimal(Long.toUnsignedString(value));
      double nearest = single ? wanted.floatValue() : wanted.doubleValue();
      if (value >= 0) {
        return value;
      }
      return nearest == 0x1p64 ? -1 : new BigDecimal(nearest).toBigInteger().longValue();
    }

    private static void canonical(MStack stack, boolean single) {
      long value = stack.pop();
      if (single && Float.isNaN(Float.intBitsToFloat((int) value))) {
        value = 0x7fc0_0000L;
      } else if (!single && Double.isNaN(Double.longBitsToDouble(value))) {
        value = 0x7ff8_0000_0000_0000L;
      }
      stack.push(value);
    }
  }

  /** The run without a meter; null when it was given up. */
  private static @Nullable End plain(WasmModule module, String function, long[] arguments) {
    Count count = new Count();
    Instance instance =
        Instance.builder(module)
            .withMemoryFactory(ByteArrayMemory::new)
            .withInitialize(false)
            .withUnsafeExecutionListener(count::execute)
            .build();
    try {
      instance.initialize(true);
      long[] results = instance.export(function).apply(arguments);
      return end(instance, function, results, count.fuel, false);
    } catch (GivenUp e) {
      return null;
    } catch (ChicoryException | ArithmeticException e) {
      return end(instance, function, null, count.fuel, false);
    }
  }

  /** A metered run. */
  static End metered(
      WasmModule module, boolean compiled, long limit, String function, long... arguments) {
    var builder = Instance.builder(module).withMemoryFactory(ByteArrayMemory::new);
    if (compiled) {
      try {
        builder.withMachineFactory(
            MachineFactoryCompiler.builder(module)
                .withInterpreterFallback(InterpreterFallback.SILENT)
                .compile());
      } catch (NullPointerException e) {
        // Chicory 1.7.5 fails on some branches in code that is never reached, metered or not.
        return metered(module, false, limit, function, arguments);
      }
    }
    Instance instance = builder.build();
    var fuel = instance.exports().global(MeteredModule.FUEL);
    fuel.setValue(limit);
    long[] results = null;
    try {
      if (exports(module, MeteredModule.START)) {
        instance.export(MeteredModule.START).apply();
      }
      results = instance.export(function).apply(arguments);
    } catch (ChicoryException | ArithmeticException e) {
      // a trap
    }
    long left = fuel.getValue();
    boolean tooDeep = (int) instance.exports().global(MeteredModule.DEPTH).getValue() < 0;
    return end(instance, function, results, limit - left, tooDeep);
  }

  private static boolean exports(WasmModule module, String name) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      if (module.exportSection().getExport(i).name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static End end(
      Instance instance, String function, long @Nullable [] results, long fuel, boolean tooDeep) {
    String text = "trap";
    if (results != null) {
      var types = instance.exportType(function).returns();
      long[] bits = Arrays.copyOf(results, types.size());
      for (int i = 0; i < bits.length; i++) {
        if (types.get(i).equals(ValType.I32) || types.get(i).equals(ValType.F32)) {
          bits[i] &= 0xffff_ffffL;
        }
      }
      text = Arrays.toString(bits);
    }
    int memory =
        instance.memory() == null
            ? 0
            : Arrays.hashCode(instance.memory().readBytes(0, 65_536)) * 31
                + instance.memory().pages();
    return new End(text, results == null, tooDeep, fuel, memory);
  }
}
