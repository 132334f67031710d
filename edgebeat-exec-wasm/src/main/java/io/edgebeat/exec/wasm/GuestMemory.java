package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;

/**
 * A guest's linear memory as host functions see it. Addresses are the guest's own unsigned numbers,
 * so none of them is trusted: whatever lies outside gives a {@link Fault}, which the host functions
 * turn into an error number.
 */
interface GuestMemory {
  /** Its size now. */
  long sizeBytes();

  byte[] read(long address, int count) throws Fault;

  void write(long address, byte[] source, int offset, int count) throws Fault;

  int readInt(long address) throws Fault;

  long readLong(long address) throws Fault;

  void writeByte(long address, int value) throws Fault;

  void writeShort(long address, int value) throws Fault;

  void writeInt(long address, int value) throws Fault;

  void writeLong(long address, long value) throws Fault;

  /** Checks a range without touching it. */
  default void check(long address, long count) throws Fault {
    if (address < 0 || count < 0 || address > sizeBytes() - count) {
      throw new Fault();
    }
  }
}
