package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.wasm.WasmModule;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Changes the classes that the runtime's compiler makes, so that they find what a guest changes in
 * {@link GuestState} instead of through the runtime's objects.
 *
 * <p>Every function has the memory as its last parameter but one and the instance as its last.
 *
 * <ul>
 *   <li>Loads and stores hand the memory to a static method; they get another owner. A function
 *       that loads or stores also holds the memory's array in a variable ({@link HeldArray}),
 *       unless that makes it too long for the JVM to compile.
 *   <li>A global is accessed by its index and the instance ({@code iconst, aload, invokestatic});
 *       it gets the memory instead of the instance, and the counters are fields of it.
 *   <li>Jumps compare by themselves ({@link Comparisons}).
 *   <li>Where a call from the host begins, a module without a memory gets its state in place of
 *       one.
 * </ul>
 */
final class StateAccess {
  /** HotSpot leaves methods of more bytes to its interpreter. */
  private static final int MOST_COMPILED_BYTES = 8_000;

  private static final String INSTANCE = "com/dylibso/chicory/runtime/Instance";
  private static final String STATE = GuestState.class.getName().replace('.', '/');
  private static final String MEMORY = "Lcom/dylibso/chicory/runtime/Memory;";

  /** What the compiler's name for a load or store is here. */
  private static final Map<String, String> ACCESSES =
      Map.ofEntries(
          Map.entry("memoryReadByte", "readByte"),
          Map.entry("memoryReadShort", "readShort"),
          Map.entry("memoryReadInt", "readInt"),
          Map.entry("memoryReadLong", "readLong"),
          Map.entry("memoryReadFloat", "readFloat"),
          Map.entry("memoryReadDouble", "readDouble"),
          Map.entry("memoryWriteByte", "writeByte"),
          Map.entry("memoryWriteShort", "writeShort"),
          Map.entry("memoryWriteInt", "writeInt"),
          Map.entry("memoryWriteLong", "writeLong"),
          Map.entry("memoryWriteFloat", "writeFloat"),
          Map.entry("memoryWriteDouble", "writeDouble"));

  private final String helpers;
  private final HiddenParts hidden;
  private final GrowingFunctions growing;

  /**
   * For the classes of one module.
   *
   * @param mainClass what the compiler calls the first of them
   */
  StateAccess(String mainClass, WasmModule module) {
    this.helpers = mainClass.replace('.', '/') + "Shaded";
    this.hidden = HiddenParts.of(module);
    this.growing = GrowingFunctions.of(module);
  }

  /**
   * The class with its accesses changed.
   *
   * @throws MethodTooLargeException when a function did not fit before
   */
  byte[] changed(byte[] code) {
    Set<String> plain = new HashSet<>();
    while (true) {
      try {
        return changed(code, plain);
      } catch (MethodTooLargeException e) {
        if (!plain.add(e.getMethodName())) {
          throw e;
        }
      }
    }
  }

  private byte[] changed(byte[] code, Set<String> plain) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(code)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                MethodVisitor next =
                    super.visitMethod(access, name, descriptor, signature, exceptions);
                return new MethodNode(
                    Opcodes.ASM9, access, name, descriptor, signature, exceptions) {
                  @Override
                  public void visitEnd() {
                    change(this, !plain.contains(name));
                    accept(next);
                  }
                };
              }
            },
            ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }

  private void change(MethodNode method, boolean mayHold) {
    if (method.name.startsWith(HeldArray.FUNCTION)) {
      if (hidden.isMetered()) {
        MeteredCode.shorten(method);
      }
      Comparisons.join(method);
    }
    boolean accesses = false;
    for (AbstractInsnNode each : method.instructions.toArray()) {
      if (each instanceof MethodInsnNode call) {
        if (call.owner.equals(helpers)) {
          accesses |= change(method.instructions, call);
        } else if (call.owner.equals(INSTANCE)
            && call.name.equals("memory")
            && call.desc.equals("()" + MEMORY)) {
          method.instructions.set(call, state("of", "(L" + INSTANCE + ";)" + MEMORY));
        }
      }
    }
    if (accesses && mayHold && method.name.startsWith(HeldArray.FUNCTION)) {
      HeldArray held = new HeldArray(method, memoryOf(method), growing);
      if (size(method) + held.addedBytes() <= MOST_COMPILED_BYTES
          || size(method) > MOST_COMPILED_BYTES) {
        held.apply();
      }
    }
  }

  /** The variable that holds the memory. */
  private static int memoryOf(MethodNode function) {
    int size = 0;
    for (Type type : Type.getArgumentTypes(function.desc)) {
      size += type.getSize();
    }
    return size - 2;
  }

  private static int size(MethodNode method) {
    CodeSizeEvaluator size = new CodeSizeEvaluator(null);
    method.instructions.accept(size);
    return size.getMaxSize();
  }

  /** Changes a call; returns whether it is a load or store. */
  private boolean change(InsnList code, MethodInsnNode call) {
    String access = ACCESSES.get(call.name);
    if (access != null) {
      call.owner = HeldArray.CALLS;
      call.name = access;
      return true;
    }
    boolean reads = call.name.equals("readGlobal");
    if (!reads && !call.name.equals("writeGlobal")) {
      return false;
    }
    AbstractInsnNode instance = call.getPrevious();
    AbstractInsnNode index = instance.getPrevious();
    if (!(instance instanceof VarInsnNode load) || load.getOpcode() != Opcodes.ALOAD) {
      throw new IllegalStateException("a global is not accessed as it is known to be");
    }
    load.var--; // the memory lies before the instance
    int number = constant(index);
    if (number == hidden.fuel()) {
      code.remove(index);
      field(code, call, "fuel", "J", reads);
    } else if (number == hidden.depth()) {
      code.remove(index);
      // An i32 is an int of the JVM; the compiler widens it for the runtime.
      AbstractInsnNode widening = reads ? call.getNext() : instance.getPrevious();
      if (widening.getOpcode() != (reads ? Opcodes.L2I : Opcodes.I2L)) {
        throw new IllegalStateException("an i32 is not widened as it is known to be");
      }
      code.remove(widening);
      field(code, call, "depth", "I", reads);
    } else {
      code.set(call, state("global", reads ? "(I" + MEMORY + ")J" : "(JI" + MEMORY + ")V"));
    }
    return false;
  }

  /**
   * Accesses a counter without a call: one that the JVM leaves as a call, because it is seldom come
   * to, makes it keep the variables of the loop around it in memory.
   */
  private static void field(
      InsnList code, MethodInsnNode call, String name, String type, boolean reads) {
    code.insertBefore(call, new TypeInsnNode(Opcodes.CHECKCAST, STATE));
    if (!reads) {
      if (type.equals("J")) {
        code.insertBefore(call, new InsnNode(Opcodes.DUP_X2));
        code.insertBefore(call, new InsnNode(Opcodes.POP));
      } else {
        code.insertBefore(call, new InsnNode(Opcodes.SWAP));
      }
    }
    int access = reads ? Opcodes.GETFIELD : Opcodes.PUTFIELD;
    code.set(call, new FieldInsnNode(access, STATE, name, type));
  }

  private static MethodInsnNode state(String name, String descriptor) {
    return new MethodInsnNode(Opcodes.INVOKESTATIC, HeldArray.CALLS, name, descriptor, false);
  }

  private static int constant(AbstractInsnNode push) {
    int code = push.getOpcode();
    if (push instanceof InsnNode && code >= Opcodes.ICONST_0 && code <= Opcodes.ICONST_5) {
      return code - Opcodes.ICONST_0;
    }
    if (push instanceof IntInsnNode number && code != Opcodes.NEWARRAY) {
      return number.operand;
    }
    if (push instanceof LdcInsnNode number && number.cst instanceof Integer value) {
      return value;
    }
    throw new IllegalStateException("the index of a global is not a constant");
  }
}
