package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import java.math.BigDecimal;

/**
 * Puts right what the engine's interpreter does wrong where the meter does not help it: just before
 * an instruction is executed that would go wrong, and in another way than the meter does.
 *
 * @param next hears of all instructions
 */
record Corrected(ExecutionListener next) implements ExecutionListener {
  /** An unsigned number that is exactly the nearest one of another type, or the largest. */
  private static long rounded(long value, boolean single) {
    BigDecimal exact = new BigDecimal(Long.toUnsignedString(value));
    double nearest = single ? exact.floatValue() : exact.doubleValue();
    return nearest == 0x1p64 ? -1 : new BigDecimal(nearest).toBigInteger().longValue();
  }

  @Override
  public void onExecution(Instruction instruction, MStack stack) {
    next.onExecution(instruction, stack);
    OpCode opcode = instruction.opcode();
    if (opcode == OpCode.IF) {
      // Products of 32 bits have more of them.
      stack.push(stack.pop() & 0xffff_ffffL);
    } else if (opcode == OpCode.F32_CONVERT_I64_U || opcode == OpCode.F64_CONVERT_I64_U) {
      // What is exact already is not rounded twice.
      long value = stack.pop();
      stack.push(value < 0 ? rounded(value, opcode == OpCode.F32_CONVERT_I64_U) : value);
    } else if (opcode == OpCode.I32_STORE8
        || opcode == OpCode.I64_STORE8
        || opcode == OpCode.I64_STORE32) {
      long value = stack.pop();
      long address = stack.peek() & 0xffff_ffffL;
      stack.push(value);
      if (address + instruction.operand(1) > Integer.MAX_VALUE) {
        throw new WasmRuntimeException("out of bounds memory access");
      }
    }
  }
}
