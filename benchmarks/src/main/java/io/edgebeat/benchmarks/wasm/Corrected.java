package io.edgebeat.benchmarks.wasm;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;

/**
 * Puts right what the engine's interpreter does wrong where the meter does not help it: just before
 * an instruction is executed that would go wrong, and in another way than the meter does.
 *
 * @param next hears of all instructions
 */
record Corrected(ExecutionListener next) implements ExecutionListener {
  @Override
  public void onExecution(Instruction instruction, MStack stack) {
    next.onExecution(instruction, stack);
    OpCode opcode = instruction.opcode();
    if (opcode == OpCode.IF) {
      // Products of 32 bits have more of them.
      stack.push(stack.pop() & 0xffff_ffffL);
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
