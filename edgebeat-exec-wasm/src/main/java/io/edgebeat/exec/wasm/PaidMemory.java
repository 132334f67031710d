package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.Toll;
import io.edgebeat.exec.wasm.wasi.Work;

/**
 * A guest's memory as the functions of its host have it: every byte that is copied is paid for
 * before, and words are as long as the guest's.
 */
final class PaidMemory implements GuestMemory {
  private final GuestMemory memory;
  private final Toll toll;
  private final Word word;

  PaidMemory(GuestMemory memory, Toll toll, Word word) {
    this.memory = memory;
    this.toll = toll;
    this.word = word;
  }

  /** How long addresses and sizes are in it. */
  int wordBytes() {
    return word.bytes();
  }

  /** Checks the place of a word without touching it. */
  void checkWord(long address) throws Fault {
    check(address, word.bytes());
  }

  long readWord(long address) throws Fault {
    return word.read(this, address);
  }

  void writeWord(long address, long value) throws Fault {
    word.write(this, address, value);
  }

  @Override
  public long sizeBytes() {
    return memory.sizeBytes();
  }

  @Override
  public byte[] read(long address, int count) throws Fault {
    memory.check(address, count);
    toll.pay(Work.BYTE, count);
    return memory.read(address, count);
  }

  @Override
  public void write(long address, byte[] source, int offset, int count) throws Fault {
    memory.check(address, count);
    toll.pay(Work.BYTE, count);
    memory.write(address, source, offset, count);
  }

  @Override
  public int readInt(long address) throws Fault {
    toll.pay(Work.BYTE, 4);
    return memory.readInt(address);
  }

  @Override
  public long readLong(long address) throws Fault {
    toll.pay(Work.BYTE, 8);
    return memory.readLong(address);
  }

  @Override
  public void writeByte(long address, int value) throws Fault {
    toll.pay(Work.BYTE, 1);
    memory.writeByte(address, value);
  }

  @Override
  public void writeShort(long address, int value) throws Fault {
    toll.pay(Work.BYTE, 2);
    memory.writeShort(address, value);
  }

  @Override
  public void writeInt(long address, int value) throws Fault {
    toll.pay(Work.BYTE, 4);
    memory.writeInt(address, value);
  }

  @Override
  public void writeLong(long address, long value) throws Fault {
    toll.pay(Work.BYTE, 8);
    memory.writeLong(address, value);
  }
}
