package io.edgebeat.exec.wasm;

import com.dylibso.chicory.runtime.Memory;
import io.edgebeat.exec.wasm.GuestEnd.Fault;
import org.jspecify.annotations.Nullable;

/** Chicory's memory with every address checked before it is used. */
final class ChicoryMemory implements GuestMemory {
  private final @Nullable Memory memory;

  ChicoryMemory(@Nullable Memory memory) {
    this.memory = memory;
  }

  @Override
  public long sizeBytes() {
    return memory == null ? 0 : (long) memory.pages() * ModuleShape.PAGE_BYTES;
  }

  private Memory at(long address, int count) throws Fault {
    check(address, count);
    if (memory == null) {
      throw new Fault();
    }
    return memory;
  }

  @Override
  public byte[] read(long address, int count) throws Fault {
    return count == 0 ? empty(address) : at(address, count).readBytes((int) address, count);
  }

  private byte[] empty(long address) throws Fault {
    check(address, 0);
    return new byte[0];
  }

  @Override
  public void write(long address, byte[] source, int offset, int count) throws Fault {
    if (count == 0) {
      check(address, 0);
    } else {
      at(address, count).write((int) address, source, offset, count);
    }
  }

  @Override
  public int readInt(long address) throws Fault {
    return at(address, 4).readInt((int) address);
  }

  @Override
  public long readLong(long address) throws Fault {
    return at(address, 8).readLong((int) address);
  }

  @Override
  public void writeByte(long address, int value) throws Fault {
    at(address, 1).writeByte((int) address, (byte) value);
  }

  @Override
  public void writeShort(long address, int value) throws Fault {
    at(address, 2).writeShort((int) address, (short) value);
  }

  @Override
  public void writeInt(long address, int value) throws Fault {
    at(address, 4).writeI32((int) address, value);
  }

  @Override
  public void writeLong(long address, long value) throws Fault {
    at(address, 8).writeLong((int) address, value);
  }
}
