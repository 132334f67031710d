package io.edgebeat.exec.wasm.code;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Makes shorter what metering has put into a function.
 *
 * <ul>
 *   <li>A loop of a metered module calls a function as soon as it has used some thousands of units
 *       of fuel, and before each call the compiler looks at the thread's interrupt. So the look at
 *       the end of each turn goes: it would keep the JVM from seeing that anything stays the same
 *       in the loop.
 *   <li>Making a NaN canonical ({@code tee x, nan, x, x, eq, select}) becomes one call.
 * </ul>
 */
final class MeteredCode {
  private static final String OPERATIONS = "com/dylibso/chicory/runtime/OpcodeImpl";
  private static final long NAN = 0x7ff8_0000_0000_0000L;
  private static final int FLOAT_NAN = 0x7fc0_0000;

  private MeteredCode() {}

  static void shorten(MethodNode function) {
    InsnList code = function.instructions;
    for (AbstractInsnNode each : code.toArray()) {
      if (each instanceof MethodInsnNode call) {
        if (call.name.equals("checkInterruption")) {
          if (isJump(next(call))) {
            code.remove(call);
          }
        } else if (call.owner.equals(OPERATIONS)) {
          if (call.name.equals("F64_EQ")) {
            canonical(code, call, true);
          } else if (call.name.equals("F32_EQ")) {
            canonical(code, call, false);
          }
        }
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

  private static void canonical(InsnList code, MethodInsnNode equal, boolean wide) {
    int load = wide ? Opcodes.DLOAD : Opcodes.FLOAD;
    if (!(equal.getPrevious() instanceof VarInsnNode second)
        || !(second.getPrevious() instanceof VarInsnNode first)
        || !(first.getPrevious() instanceof LdcInsnNode nan)
        || !(nan.getPrevious() instanceof VarInsnNode kept)
        || !(equal.getNext() instanceof JumpInsnNode jump)
        || second.getOpcode() != load
        || first.getOpcode() != load
        || kept.getOpcode() != (wide ? Opcodes.DSTORE : Opcodes.FSTORE)
        || first.var != second.var
        || first.var != kept.var
        || !isNan(nan.cst)
        || jump.getOpcode() != Opcodes.IFNE) {
      return;
    }
    // select: ifne L, dup2_x2, pop2, L: pop2 of doubles; ifne L, swap, L: pop of floats
    AbstractInsnNode last = jump.getNext();
    int[] between = wide ? new int[] {Opcodes.DUP2_X2, Opcodes.POP2} : new int[] {Opcodes.SWAP};
    for (int opcode : between) {
      if (last == null || last.getOpcode() != opcode) {
        return;
      }
      last = last.getNext();
    }
    if (!jump.label.equals(last)) {
      return;
    }
    AbstractInsnNode pop = next(jump.label);
    if (pop == null || pop.getOpcode() != (wide ? Opcodes.POP2 : Opcodes.POP)) {
      return;
    }
    MethodInsnNode replaced =
        new MethodInsnNode(
            Opcodes.INVOKESTATIC, HeldArray.CALLS, "canonical", wide ? "(D)D" : "(F)F", false);
    code.insert(pop, replaced);
    for (AbstractInsnNode gone = nan; !gone.equals(replaced); ) {
      AbstractInsnNode following = gone.getNext();
      // Labels stay, for tables that name them; the frame belonged to the jump that goes.
      if (gone.getOpcode() >= 0 || gone instanceof FrameNode) {
        code.remove(gone);
      }
      gone = following;
    }
  }

  private static boolean isNan(Object constant) {
    return (constant instanceof Double wide && Double.doubleToRawLongBits(wide) == NAN)
        || (constant instanceof Float narrow && Float.floatToRawIntBits(narrow) == FLOAT_NAN);
  }
}
