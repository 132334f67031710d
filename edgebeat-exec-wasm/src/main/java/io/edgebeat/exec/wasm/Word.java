package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;

/**
 * How a program writes a word, which is an address or a size: in the arguments of its host's
 * functions, and in what these read and write in its memory. It follows from the addresses of its
 * memory.
 *
 * <p>No memory here has 4 GiB, so a word of 64 bits that does not fit into 32 means as much as the
 * largest of those: what lies nowhere. Behind this type all words are numbers of 32 bits, whatever
 * the program is, and get the same answers.
 */
enum Word {
  BITS_32(4, ValueType.I32),
  BITS_64(8, ValueType.I64);

  private static final long LARGEST = 0xffff_ffffL;

  private final int bytes;
  private final ValueType type;

  Word(int bytes, ValueType type) {
    this.bytes = bytes;
    this.type = type;
  }

  /** How long one is in memory. */
  int bytes() {
    return bytes;
  }

  /** The type of an argument that is one. */
  ValueType type() {
    return type;
  }

  /** For people. */
  int bits() {
    return bytes * Byte.SIZE;
  }

  /** A word out of the raw bits of an argument. */
  long of(long bits) {
    return this == BITS_32 || bits >>> 32 == 0 ? bits & LARGEST : LARGEST;
  }

  long read(GuestMemory memory, long address) throws Fault {
    return of(this == BITS_32 ? memory.readInt(address) : memory.readLong(address));
  }

  void write(GuestMemory memory, long address, long value) throws Fault {
    if (this == BITS_32) {
      memory.writeInt(address, (int) value);
    } else {
      memory.writeLong(address, value);
    }
  }
}
