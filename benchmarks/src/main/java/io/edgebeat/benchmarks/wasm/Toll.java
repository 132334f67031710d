package io.edgebeat.benchmarks.wasm;

import static java.util.Objects.requireNonNull;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import io.edgebeat.exec.wasm.meter.CostTable;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Adds up what a guest without a meter costs, instruction by instruction as an interpreter executes
 * them, by the published prices: what the meter must come to as well when the guest returns.
 */
@SuppressWarnings("EnumOrdinal") // an index into arrays that are as long as the enumeration
final class Toll implements ExecutionListener {
  /** What {@link Anatomy#canonical} adds behind an instruction. */
  private static final int ADDED = 6;

  private static final int CODES = OpCode.values().length;
  private static final int[] PRICES = new int[CODES];

  /** Of 1024 units of the instruction's size; 0 where it has none. */
  private static final long[] SIZE_PRICES = new long[CODES];

  private static final boolean[] MAKES_NAN = new boolean[CODES];
  private static final boolean[] GROWS = new boolean[CODES];
  private static final long HOST_CALL = requireNonNull(CostTable.CURRENT.prices().get("host-call"));

  static {
    Map<String, Integer> prices = CostTable.CURRENT.prices();
    for (String line : lines()) {
      String[] words = line.split(" ", -1);
      if (words.length < 4 || line.startsWith("#")) {
        continue;
      }
      int code = Integer.parseInt(words[0], 16);
      OpCode opCode = OpCode.byOpCode(code);
      PRICES[opCode.ordinal()] = prices.getOrDefault(words[3], 0);
      SIZE_PRICES[opCode.ordinal()] = prices.getOrDefault(words[3] + "-per-1024", 0);
      GROWS[opCode.ordinal()] = words[1].endsWith(".grow");
    }
    for (Op op : Op.all()) {
      MAKES_NAN[OpCode.byOpCode(op.code()).ordinal()] = Operands.makesNan(op);
    }
  }

  private final int imported;
  private final long most;
  private final long[] executed = new long[CODES];
  private long count;
  private long cost;
  private long inVain;
  private int skip;
  private long growing;

  /**
   * For one guest.
   *
   * @param imported how many functions it imports
   * @param most ends it when it has cost more
   */
  Toll(int imported, long most) {
    this.imported = imported;
    this.most = most;
  }

  private static String[] lines() {
    try (InputStream stream = MeteredModule.class.getResourceAsStream("instructions.txt")) {
      if (stream == null) {
        throw new IllegalStateException("no classes of instructions beside the meter");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onExecution(Instruction instruction, MStack stack) {
    if (skip > 0) {
      skip--;
      return;
    }
    if (growing > 0) {
      if ((int) stack.peek() == -1) {
        // What did not grow is not paid.
        inVain = Math.max(inVain, cost);
        cost -= growing;
      }
      growing = 0;
    }
    int code = instruction.opcode().ordinal();
    executed[code]++;
    count++;
    cost += PRICES[code];
    if (SIZE_PRICES[code] > 0) {
      long size = ((stack.peek() & 0xffff_ffffL) * SIZE_PRICES[code]) >>> 10;
      cost += size;
      growing = GROWS[code] ? size : 0;
    }
    if (instruction.opcode() == OpCode.CALL && instruction.operand(0) < imported) {
      cost += HOST_CALL;
    }
    if (cost - growing > most) {
      throw new Ending.CutOff();
    }
    if (MAKES_NAN[code]) {
      skip = ADDED;
    }
  }

  /** How many instructions were executed. */
  long count() {
    return count;
  }

  /** What they cost. */
  long cost() {
    return cost;
  }

  /** What it cost at most with growth that did not happen, whose price had to be there; or 0. */
  long inVain() {
    return inVain;
  }

  /** Whether an instruction was executed. */
  boolean executed(Op op) {
    return executed[OpCode.byOpCode(op.code()).ordinal()] > 0;
  }
}
