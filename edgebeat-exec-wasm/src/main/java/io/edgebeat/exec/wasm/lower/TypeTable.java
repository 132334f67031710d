package io.edgebeat.exec.wasm.lower;

import java.util.ArrayList;
import java.util.List;

/** The types of a module with those that the lowering adds behind them. */
final class TypeTable {
  /** A block without values; as a signed number, -64. */
  static final long VOID = -64;

  private final List<Signature> types;
  private final int own;

  TypeTable(List<Signature> own) {
    this.types = new ArrayList<>(own);
    this.own = own.size();
  }

  /** The type of a block that takes nothing, as its number is written. */
  long block(byte[] results) {
    if (results.length == 0) {
      return VOID;
    }
    if (results.length == 1) {
      return results[0] - 0x80L;
    }
    Signature wanted = new Signature(new byte[0], results);
    int at = types.indexOf(wanted);
    if (at < 0) {
      at = types.size();
      types.add(wanted);
    }
    return at;
  }

  List<Signature> added() {
    return types.subList(own, types.size());
  }

  int count() {
    return types.size();
  }
}
