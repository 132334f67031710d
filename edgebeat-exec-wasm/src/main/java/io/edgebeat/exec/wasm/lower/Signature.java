package io.edgebeat.exec.wasm.lower;

import java.util.Arrays;

/** What a function, a block or a tag takes and gives, as the codes of value types. */
final class Signature {
  static final byte I32 = 0x7f;
  static final byte I64 = 0x7e;
  static final byte F32 = 0x7d;
  static final byte F64 = 0x7c;

  private final byte[] parameters;
  private final byte[] results;

  Signature(byte[] parameters, byte[] results) {
    this.parameters = parameters;
    this.results = results;
  }

  /** Not a copy. */
  byte[] parameters() {
    return parameters;
  }

  /** Not a copy. */
  byte[] results() {
    return results;
  }

  void writeTo(Output out) {
    out.op(0x60).u(parameters.length).bytes(parameters).u(results.length).bytes(results);
  }

  /** The constant that stands where no value matters. */
  static void writeDefault(Output out, byte type) {
    switch (type) {
      case I32 -> out.op(0x41, 0);
      case I64 -> out.op(0x42, 0);
      case F32 -> out.op(0x43, 0, 0, 0, 0);
      case F64 -> out.op(0x44, 0, 0, 0, 0, 0, 0, 0, 0);
      default -> out.op(0xd0, type & 0xff);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that
        && Arrays.equals(parameters, that.parameters)
        && Arrays.equals(results, that.results);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(parameters) + Arrays.hashCode(results);
  }

  @Override
  public String toString() {
    return Arrays.toString(parameters) + " -> " + Arrays.toString(results);
  }
}
