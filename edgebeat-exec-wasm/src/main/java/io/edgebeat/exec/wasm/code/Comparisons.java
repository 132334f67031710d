package io.edgebeat.exec.wasm.code;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Lets a jump compare by itself. The runtime's compiler calls a method for each comparison and
 * jumps on its answer; the JVM stops compiling calls into a function once that has come to a number
 * of nodes, a few dozen of which each of these takes, and what it then calls instead is slow.
 */
final class Comparisons {
  private static final String OPERATIONS = "com/dylibso/chicory/runtime/OpcodeImpl";

  private Comparisons() {}

  /** What compares integers; its answer is less than 0, 0 or more. */
  private static AbstractInsnNode integers(boolean wide, boolean unsigned) {
    if (wide && !unsigned) {
      return new InsnNode(Opcodes.LCMP);
    }
    String owner = wide ? "java/lang/Long" : "java/lang/Integer";
    String descriptor = wide ? "(JJ)I" : "(II)I";
    return new MethodInsnNode(Opcodes.INVOKESTATIC, owner, "compareUnsigned", descriptor, false);
  }

  /** Changes a function. */
  static void join(MethodNode function) {
    InsnList code = function.instructions;
    // From behind: a negation before a jump is gone when what it negates is looked at.
    for (AbstractInsnNode each = code.getLast(); each != null; ) {
      AbstractInsnNode before = each.getPrevious();
      if (each instanceof MethodInsnNode call
          && call.getNext() instanceof JumpInsnNode jump
          && (jump.getOpcode() == Opcodes.IFEQ || jump.getOpcode() == Opcodes.IFNE)) {
        if (call.owner.equals(OPERATIONS)) {
          join(function, call, call.name, jump);
        } else if (call.name.equals("i32_ge_u")) {
          join(function, call, "I32_GE_U", jump);
        }
      }
      each = before;
    }
  }

  private static void join(
      MethodNode function, MethodInsnNode call, String name, JumpInsnNode jump) {
    InsnList code = function.instructions;
    String type = name.substring(0, 3);
    String relation = name.substring(4);
    if (relation.equals("EQZ")) {
      if (type.equals("I64")) {
        code.insertBefore(call, new InsnNode(Opcodes.LCONST_0));
        code.set(call, new InsnNode(Opcodes.LCMP));
        function.maxStack += 2;
      } else {
        code.remove(call);
      }
      jump.setOpcode(negated(jump.getOpcode()));
      return;
    }
    int underscore = relation.indexOf('_');
    boolean unsigned = relation.endsWith("_U");
    int holds = jumpWhen(underscore < 0 ? relation : relation.substring(0, underscore));
    if (holds < 0) {
      return;
    }
    if (type.charAt(0) == 'F') {
      // A NaN is less for one instruction and greater for the other: what makes it false.
      boolean less = holds == Opcodes.IFLT || holds == Opcodes.IFLE;
      boolean wide = type.equals("F64");
      int lower = wide ? Opcodes.DCMPL : Opcodes.FCMPL;
      int upper = wide ? Opcodes.DCMPG : Opcodes.FCMPG;
      code.set(call, new InsnNode(less ? upper : lower));
    } else if (type.equals("I32") && !unsigned) {
      code.remove(call);
      holds += Opcodes.IF_ICMPEQ - Opcodes.IFEQ;
    } else {
      code.set(call, integers(type.equals("I64"), unsigned));
    }
    jump.setOpcode(jump.getOpcode() == Opcodes.IFNE ? holds : negated(holds));
  }

  private static int jumpWhen(String relation) {
    return switch (relation) {
      case "EQ" -> Opcodes.IFEQ;
      case "NE" -> Opcodes.IFNE;
      case "LT" -> Opcodes.IFLT;
      case "GE" -> Opcodes.IFGE;
      case "GT" -> Opcodes.IFGT;
      case "LE" -> Opcodes.IFLE;
      default -> -1;
    };
  }

  /** The opposite of a jump: they come in pairs that begin with an odd number. */
  private static int negated(int opcode) {
    return ((opcode + 1) ^ 1) - 1;
  }
}
