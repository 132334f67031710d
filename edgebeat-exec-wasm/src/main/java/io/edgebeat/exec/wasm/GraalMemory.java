package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** GraalWasm's memory with every address checked before it is used. */
final class GraalMemory implements GuestMemory {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private final @Nullable Value memory;

  GraalMemory(@Nullable Value memory) {
    this.memory = memory;
  }

  @Override
  public long sizeBytes() {
    return memory == null ? 0 : memory.getBufferSize();
  }

  private Value at(long address, int count) throws Fault {
    check(address, count);
    if (memory == null) {
      throw new Fault();
    }
    return memory;
  }

  @Override
  public byte[] read(long address, int count) throws Fault {
    byte[] bytes = new byte[count];
    if (count == 0) {
      check(address, 0);
    } else {
      at(address, count).readBuffer(address, bytes, 0, count);
    }
    return bytes;
  }

  /** By eight bytes: there is no way to write more at once. */
  @Override
  public void write(long address, byte[] source, int offset, int count) throws Fault {
    check(address, count);
    ByteBuffer bytes = ByteBuffer.wrap(source, offset, count).order(ORDER);
    long to = address;
    for (; bytes.remaining() >= Long.BYTES; to += Long.BYTES) {
      at(to, Long.BYTES).writeBufferLong(ORDER, to, bytes.getLong());
    }
    for (; bytes.hasRemaining(); to++) {
      at(to, 1).writeBufferByte(to, bytes.get());
    }
  }

  @Override
  public int readInt(long address) throws Fault {
    return at(address, Integer.BYTES).readBufferInt(ORDER, address);
  }

  @Override
  public long readLong(long address) throws Fault {
    return at(address, Long.BYTES).readBufferLong(ORDER, address);
  }

  @Override
  public void writeByte(long address, int value) throws Fault {
    at(address, 1).writeBufferByte(address, (byte) value);
  }

  @Override
  public void writeShort(long address, int value) throws Fault {
    at(address, Short.BYTES).writeBufferShort(ORDER, address, (short) value);
  }

  @Override
  public void writeInt(long address, int value) throws Fault {
    at(address, Integer.BYTES).writeBufferInt(ORDER, address, value);
  }

  @Override
  public void writeLong(long address, long value) throws Fault {
    at(address, Long.BYTES).writeBufferLong(ORDER, address, value);
  }
}
