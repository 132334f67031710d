package io.edgebeat.exec.wasm.code;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/**
 * Takes out of a function what metering does better. A loop of a metered module calls a function as
 * soon as it has used some thousands of units of fuel, and before each call the compiler looks at
 * the thread's interrupt. So the look at the end of each turn goes: it would keep the JVM from
 * seeing that anything stays the same in the loop.
 */
final class MeteredCode {
  private MeteredCode() {}

  static void shorten(MethodNode function) {
    InsnList code = function.instructions;
    for (AbstractInsnNode each : code.toArray()) {
      if (each instanceof MethodInsnNode call
          && call.name.equals("checkInterruption")
          && isJump(next(call))) {
        code.remove(call);
      }
    }
  }

  private static boolean isJump(@Nullable AbstractInsnNode instruction) {
    return instruction instanceof TableSwitchInsnNode
        || instruction instanceof LookupSwitchInsnNode
        || (instruction != null && instruction.getOpcode() == Opcodes.GOTO);
  }

  /** The next that is an instruction. */
  private static @Nullable AbstractInsnNode next(AbstractInsnNode node) {
    AbstractInsnNode next = node.getNext();
    while (next != null && next.getOpcode() < 0) {
      next = next.getNext();
    }
    return next;
  }
}
