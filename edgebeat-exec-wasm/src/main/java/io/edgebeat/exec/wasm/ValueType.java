package io.edgebeat.exec.wasm;

import java.util.Locale;

/** The types of WebAssembly values that a module may use here. */
enum ValueType {
  I32(0x7f),
  I64(0x7e),
  F32(0x7d),
  F64(0x7c),
  FUNCREF(0x70),
  EXTERNREF(0x6f);

  private final int code;

  ValueType(int code) {
    this.code = code;
  }

  boolean isNumber() {
    return this != FUNCREF && this != EXTERNREF;
  }

  /** The type of a byte in a module, or null when this package does not run such a type. */
  static @org.jspecify.annotations.Nullable ValueType of(int code) {
    for (ValueType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }

  /** As WebAssembly's text format writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
