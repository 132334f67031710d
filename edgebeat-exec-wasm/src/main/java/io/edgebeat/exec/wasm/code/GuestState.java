package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything of one instance that its compiled code changes: the linear memory, the globals and the
 * hidden counters. Compiled functions are handed the memory with every call, so that all of it is
 * one field away; see {@link StateAccess} and {@link StateCalls}.
 *
 * <p>The memory is one array, which may be longer than the memory is: growing then costs nothing,
 * and a guest that grows page by page does not make its host copy everything each time. Where the
 * memory ends says {@link #limit}; behind it the array is zero. Another array comes only with
 * {@link #grow}.
 *
 * <p>Threads: the guest's own. {@link #pages()} may be asked by any.
 */
public final class GuestState implements Memory {
  private static final byte[] NOTHING = {};

  private final ZeroedArrays arrays;
  private final int initialPages;
  private final int maximumPages;
  private volatile int pages;
  private DataSegment[] segments = {};

  /** The memory, and perhaps more; empty only when that has no pages. */
  byte[] bytes;

  /** How many of the bytes are the guest's. */
  int limit;

  /** The globals by index, as raw bits. */
  final long[] globals;

  /** The hidden global {@code edgebeat:fuel}: what is left. */
  public long fuel;

  /** The hidden global {@code edgebeat:depth}: how much deeper it may go. */
  public int depth;

  /**
   * The state of an instance.
   *
   * @param limits of its memory; no pages when it has none
   * @param globals how many it has
   */
  GuestState(MemoryLimits limits, int globals, ZeroedArrays arrays) {
    this.arrays = arrays;
    this.initialPages = limits.initialPages();
    this.maximumPages = Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES);
    this.pages = initialPages;
    this.limit = initialPages * PAGE_SIZE;
    this.bytes = initialPages == 0 ? NOTHING : arrays.take(limit);
    this.globals = new long[globals];
  }

  /** The hidden counter of fuel. */
  public long fuelLeft() {
    return fuel;
  }

  /** Sets the hidden counter of fuel. */
  public void fuelLeft(long units) {
    fuel = units;
  }

  /** The hidden counter of what is left of the stack. */
  public int depthLeft() {
    return depth;
  }

  /** The memory, and perhaps more; not a copy. While no call is under way. */
  public byte[] content() {
    return bytes;
  }

  /**
   * Puts a memory in the place of this one, before any call.
   *
   * @param memory its bytes, as many as the pages have; used from now on
   * @param count its pages, not more than it may have
   */
  public void content(byte[] memory, int count) {
    release();
    bytes = memory;
    limit = memory.length;
    pages = count;
  }

  /** Gives the array back, for another instance; the guest must have ended. */
  public void release() {
    byte[] mine = bytes;
    bytes = NOTHING;
    limit = 0;
    if (mine.length > 0) {
      arrays.give(mine);
    }
  }

  @Override
  public int pages() {
    return pages;
  }

  @Override
  public int grow(int by) {
    int before = pages;
    if (by < 0 || by > maximumPages - before) {
      return -1;
    }
    int needed = (before + by) * PAGE_SIZE;
    if (needed > bytes.length) {
      long roomy = bytes.length + (long) bytes.length / 2;
      long most = (long) maximumPages * PAGE_SIZE;
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(roomy, most)));
    }
    limit = needed;
    pages = before + by;
    return before;
  }

  @Override
  public int initialPages() {
    return initialPages;
  }

  @Override
  public int maximumPages() {
    return maximumPages;
  }

  /** Called once, before {@link #initialize}: everything is zero already. */
  @Override
  public void zero() {}

  @Override
  public void initialize(Instance instance, DataSegment @Nullable [] dataSegments) {
    if (dataSegments == null) {
      return;
    }
    segments = dataSegments; // the instance's own: data.drop changes it there
    for (int i = 0; i < segments.length; i++) {
      if (segments[i] instanceof ActiveDataSegment active) {
        long[] start =
            ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions());
        try {
          write((int) start[0], active.data(), 0, active.data().length);
        } catch (TrapException e) {
          throw new UninstantiableException(e.getMessage(), e);
        }
        segments[i] = PassiveDataSegment.EMPTY;
      }
    }
  }

  @Override
  public void initPassiveSegment(int segment, int to, int offset, int count) {
    write(to, segments[segment].data(), offset, count);
  }

  @Override
  public void drop(int segment) {
    segments[segment] = PassiveDataSegment.EMPTY;
  }

  private void check(int address, int count) {
    if (Integer.toUnsignedLong(address) + Integer.toUnsignedLong(count) > limit) {
      throw StateCalls.outOfBounds();
    }
  }

  @Override
  public byte[] readBytes(int address, int count) {
    check(address, count);
    return Arrays.copyOfRange(bytes, address, address + count);
  }

  @Override
  public void write(int address, byte[] source, int offset, int count) {
    if (Integer.toUnsignedLong(offset) + Integer.toUnsignedLong(count) > source.length) {
      throw StateCalls.outOfBounds();
    }
    check(address, count);
    System.arraycopy(source, offset, bytes, address, count);
  }

  @Override
  public void fill(byte value, int from, int to) {
    check(from, to - from);
    Arrays.fill(bytes, from, to, value);
  }

  @Override
  public void copy(int to, int from, int count) {
    check(to, count);
    check(from, count);
    System.arraycopy(bytes, from, bytes, to, count);
  }

  @Override
  public byte read(int address) {
    return StateCalls.readByte(address, 0, bytes, limit);
  }

  @Override
  public short readShort(int address) {
    return StateCalls.readShort(address, 0, bytes, limit);
  }

  @Override
  public int readInt(int address) {
    return StateCalls.readInt(address, 0, bytes, limit);
  }

  @Override
  public long readLong(int address) {
    return StateCalls.readLong(address, 0, bytes, limit);
  }

  @Override
  public float readFloat(int address) {
    return StateCalls.readFloat(address, 0, bytes, limit);
  }

  @Override
  public double readDouble(int address) {
    return StateCalls.readDouble(address, 0, bytes, limit);
  }

  @Override
  public void writeByte(int address, byte value) {
    StateCalls.writeByte(address, value, 0, bytes, limit);
  }

  @Override
  public void writeShort(int address, short value) {
    StateCalls.writeShort(address, value, 0, bytes, limit);
  }

  @Override
  public void writeI32(int address, int value) {
    StateCalls.writeInt(address, value, 0, bytes, limit);
  }

  @Override
  public void writeLong(int address, long value) {
    StateCalls.writeLong(address, value, 0, bytes, limit);
  }

  @Override
  public void writeF32(int address, float value) {
    StateCalls.writeFloat(address, value, 0, bytes, limit);
  }

  @Override
  public void writeF64(int address, double value) {
    StateCalls.writeDouble(address, value, 0, bytes, limit);
  }

  @Override
  public long readU16(int address) {
    return readShort(address) & 0xffffL;
  }

  @Override
  public long readF32(int address) {
    return readInt(address);
  }

  @Override
  public long readF64(int address) {
    return readLong(address);
  }

  @Override
  public boolean shared() {
    return false;
  }

  private static UnsupportedOperationException noAtomics() {
    return new UnsupportedOperationException("atomic instructions are refused before");
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public Object lock(int address) {
    throw noAtomics();
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public int waitOn(int address, int expected, long timeout) {
    throw noAtomics();
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public int waitOn(int address, long expected, long timeout) {
    throw noAtomics();
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public int notify(int address, int count) {
    throw noAtomics();
  }
}
