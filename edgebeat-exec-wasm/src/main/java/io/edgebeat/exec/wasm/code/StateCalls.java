package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TrapException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * What compiled code calls to get at {@link GuestState}, in place of the runtime's own methods.
 * Small, so that it is compiled into the caller.
 *
 * <p>Loads and stores come in three forms: with the array and the limit that the caller holds; with
 * the array alone, where the memory never grows and so ends with it; and with neither. An address
 * is a base and a constant, both unsigned; with its highest bit set it lies beyond the largest
 * memory. A memory without pages has an empty array, whose own check then fails.
 */
public final class StateCalls {
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final VarHandle FLOATS = view(float[].class);
  private static final VarHandle DOUBLES = view(double[].class);

  private StateCalls() {}

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN);
  }

  static TrapException outOfBounds() {
    return new TrapException("out of bounds memory access");
  }

  /** The state of an instance; also when it has no memory. */
  public static Memory of(Instance instance) {
    Memory memory = instance.memory();
    if (memory == null && instance.globalCount() > 0) {
      return ((StateGlobal) instance.global(0)).state();
    }
    return memory;
  }

  /** The array to hold in a variable. */
  public static byte[] array(Memory memory) {
    return ((GuestState) memory).bytes;
  }

  /** The limit to hold in a variable. */
  public static int limit(Memory memory) {
    return ((GuestState) memory).limit;
  }

  public static long global(int index, Memory memory) {
    return ((GuestState) memory).globals[index];
  }

  public static void global(long value, int index, Memory memory) {
    ((GuestState) memory).globals[index] = value;
  }

  /** Without an offset what comes after finds a base that is too large. */
  private static int address(int base, int offset) {
    return offset == 0 ? base : Objects.checkIndex(base, Integer.MAX_VALUE) + offset;
  }

  private static void check(int address, int count, int limit) {
    // Not a compare of our own: of these the JVM merges several into one, and moves them out of
    // loops. What they throw becomes a trap in LoadedCode.
    Objects.checkIndex(address, limit - (count - 1));
  }

  public static byte readByte(int base, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 1, limit);
    return array[address];
  }

  public static byte readByte(int base, int offset, byte[] array) {
    return array[address(base, offset)];
  }

  public static byte readByte(int base, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    return readByte(base, offset, state.bytes, state.limit);
  }

  public static void writeByte(int base, byte value, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 1, limit);
    array[address] = value;
  }

  public static void writeByte(int base, byte value, int offset, byte[] array) {
    array[address(base, offset)] = value;
  }

  public static void writeByte(int base, byte value, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    writeByte(base, value, offset, state.bytes, state.limit);
  }

  public static short readShort(int base, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 2, limit);
    return (short) SHORTS.get(array, address);
  }

  public static short readShort(int base, int offset, byte[] array) {
    return (short) SHORTS.get(array, address(base, offset));
  }

  public static short readShort(int base, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    return readShort(base, offset, state.bytes, state.limit);
  }

  public static void writeShort(int base, short value, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 2, limit);
    SHORTS.set(array, address, value);
  }

  public static void writeShort(int base, short value, int offset, byte[] array) {
    SHORTS.set(array, address(base, offset), value);
  }

  public static void writeShort(int base, short value, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    writeShort(base, value, offset, state.bytes, state.limit);
  }

  public static int readInt(int base, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 4, limit);
    return (int) INTS.get(array, address);
  }

  public static int readInt(int base, int offset, byte[] array) {
    return (int) INTS.get(array, address(base, offset));
  }

  public static int readInt(int base, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    return readInt(base, offset, state.bytes, state.limit);
  }

  public static void writeInt(int base, int value, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 4, limit);
    INTS.set(array, address, value);
  }

  public static void writeInt(int base, int value, int offset, byte[] array) {
    INTS.set(array, address(base, offset), value);
  }

  public static void writeInt(int base, int value, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    writeInt(base, value, offset, state.bytes, state.limit);
  }

  public static long readLong(int base, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 8, limit);
    return (long) LONGS.get(array, address);
  }

  public static long readLong(int base, int offset, byte[] array) {
    return (long) LONGS.get(array, address(base, offset));
  }

  public static long readLong(int base, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    return readLong(base, offset, state.bytes, state.limit);
  }

  public static void writeLong(int base, long value, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 8, limit);
    LONGS.set(array, address, value);
  }

  public static void writeLong(int base, long value, int offset, byte[] array) {
    LONGS.set(array, address(base, offset), value);
  }

  public static void writeLong(int base, long value, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    writeLong(base, value, offset, state.bytes, state.limit);
  }

  public static float readFloat(int base, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 4, limit);
    return (float) FLOATS.get(array, address);
  }

  public static float readFloat(int base, int offset, byte[] array) {
    return (float) FLOATS.get(array, address(base, offset));
  }

  public static float readFloat(int base, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    return readFloat(base, offset, state.bytes, state.limit);
  }

  public static void writeFloat(int base, float value, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 4, limit);
    FLOATS.set(array, address, value);
  }

  public static void writeFloat(int base, float value, int offset, byte[] array) {
    FLOATS.set(array, address(base, offset), value);
  }

  public static void writeFloat(int base, float value, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    writeFloat(base, value, offset, state.bytes, state.limit);
  }

  public static double readDouble(int base, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 8, limit);
    return (double) DOUBLES.get(array, address);
  }

  public static double readDouble(int base, int offset, byte[] array) {
    return (double) DOUBLES.get(array, address(base, offset));
  }

  public static double readDouble(int base, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    return readDouble(base, offset, state.bytes, state.limit);
  }

  public static void writeDouble(int base, double value, int offset, byte[] array, int limit) {
    int address = address(base, offset);
    check(address, 8, limit);
    DOUBLES.set(array, address, value);
  }

  public static void writeDouble(int base, double value, int offset, byte[] array) {
    DOUBLES.set(array, address(base, offset), value);
  }

  public static void writeDouble(int base, double value, int offset, Memory memory) {
    GuestState state = (GuestState) memory;
    writeDouble(base, value, offset, state.bytes, state.limit);
  }
}
