package io.edgebeat.exec.wasm.lower;

import java.io.ByteArrayOutputStream;

/** Writes the numbers of a module. */
final class Output extends ByteArrayOutputStream {

  Output op(int... opcodes) {
    for (int opcode : opcodes) {
      write(opcode);
    }
    return this;
  }

  Output bytes(byte[] bytes) {
    writeBytes(bytes);
    return this;
  }

  Output u(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    write((int) rest);
    return this;
  }

  Output s(long value) {
    long rest = value;
    while (rest > 63 || rest < -64) {
      write((int) (rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    write((int) (rest & 0x7f));
    return this;
  }

  /** A section or a body: its size, then what it holds. */
  Output sized(Output content) {
    u(content.size());
    return bytes(content.toByteArray());
  }
}
