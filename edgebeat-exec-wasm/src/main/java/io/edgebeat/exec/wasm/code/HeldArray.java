package io.edgebeat.exec.wasm.code;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Lets a function hold the memory's array and its limit in variables of its own, so that the JVM
 * keeps them in registers: fields it would have to read again after every look at the thread's
 * interrupt, which is in every loop. The variables are read anew where the memory may have grown:
 * after {@code memory.grow}, and after each call of a function that may have come to one. In a
 * module that never grows its memory the array is exactly the memory, and no limit is needed.
 */
final class HeldArray {
  /** The class with what compiled code calls. */
  static final String CALLS = StateCalls.class.getName().replace('.', '/');

  /** How the method of a function is called, before its index. */
  static final String FUNCTION = "func_";

  private static final String MEMORY = "Lcom/dylibso/chicory/runtime/Memory;";
  private static final String ARRAY = "[B";

  /** The most by which a load or store, and reading both variables anew, become longer. */
  private static final int BYTES_OF_ACCESS = 7;

  private static final int BYTES_OF_READING = 22;

  private final MethodNode function;
  private final int memory;
  private final int array;
  private final int limit;
  private final boolean exact;
  private final List<MethodInsnNode> accesses = new ArrayList<>();
  private final List<AbstractInsnNode> calls = new ArrayList<>();

  /**
   * Looks at a function, whose loads and stores go to {@link StateCalls} already.
   *
   * @param memory the variable with the memory
   */
  HeldArray(MethodNode function, int memory, GrowingFunctions growing) {
    this.function = function;
    this.memory = memory;
    this.array = function.maxLocals;
    this.limit = array + 1;
    this.exact = !growing.any();
    for (AbstractInsnNode each : function.instructions) {
      if (each instanceof MethodInsnNode call) {
        if (isAccess(call)) {
          accesses.add(call);
        } else if (mayGrow(call, growing)) {
          calls.add(call);
        }
      }
    }
  }

  private static boolean mayGrow(MethodInsnNode call, GrowingFunctions growing) {
    if (call.name.startsWith(FUNCTION)) {
      return growing.mayGrow(Integer.parseInt(call.name.substring(FUNCTION.length())));
    }
    return call.name.equals("memoryGrow")
        || (call.name.startsWith("call_indirect_") && growing.any());
  }

  private static boolean isAccess(MethodInsnNode call) {
    return call.owner.equals(CALLS)
        && (call.name.startsWith("read") || call.name.startsWith("write"));
  }

  /** By how much the function grows, at most. */
  int addedBytes() {
    return BYTES_OF_ACCESS * accesses.size() + BYTES_OF_READING * (1 + calls.size());
  }

  void apply() {
    for (MethodInsnNode access : accesses) {
      AbstractInsnNode last = access.getPrevious();
      if (!(last instanceof VarInsnNode load) || load.var != memory) {
        throw new IllegalStateException("a load or store is not made as it is known to be");
      }
      load.var = array;
      if (!exact) {
        function.instructions.insertBefore(access, new VarInsnNode(Opcodes.ILOAD, limit));
      }
      access.desc = access.desc.replace(MEMORY, exact ? ARRAY : ARRAY + "I");
    }
    for (AbstractInsnNode call : calls) {
      function.instructions.insert(call, reading());
    }
    function.instructions.insert(reading());
    for (AbstractInsnNode each : function.instructions) {
      if (each instanceof FrameNode frame) {
        declare(frame);
      }
    }
    function.maxLocals += 2;
    function.maxStack++;
  }

  private InsnList reading() {
    InsnList code = new InsnList();
    code.add(new VarInsnNode(Opcodes.ALOAD, memory));
    code.add(call("array", ARRAY));
    code.add(new VarInsnNode(Opcodes.ASTORE, array));
    if (!exact) {
      code.add(new VarInsnNode(Opcodes.ALOAD, memory));
      code.add(call("limit", "I"));
      code.add(new VarInsnNode(Opcodes.ISTORE, limit));
    }
    return code;
  }

  private static MethodInsnNode call(String name, String result) {
    return new MethodInsnNode(
        Opcodes.INVOKESTATIC, CALLS, name, "(" + MEMORY + ")" + result, false);
  }

  /** Says in a frame what the variables hold. */
  private void declare(FrameNode frame) {
    List<Object> types = new ArrayList<>(frame.local);
    int size = 0;
    for (Object type : types) {
      size += type.equals(Opcodes.LONG) || type.equals(Opcodes.DOUBLE) ? 2 : 1;
    }
    for (; size < array; size++) {
      types.add(Opcodes.TOP);
    }
    types.add(ARRAY);
    if (!exact) {
      types.add(Opcodes.INTEGER);
    }
    frame.local = types;
  }
}
