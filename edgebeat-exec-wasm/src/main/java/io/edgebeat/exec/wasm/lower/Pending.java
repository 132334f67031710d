package io.edgebeat.exec.wasm.lower;

import java.util.ArrayList;
import java.util.List;

/**
 * The hidden globals that hold the one exception that is on its way: which tag, as its index plus
 * one, and what it carries. Tags share globals by the type and the number of a value.
 */
final class Pending {
  private final int first;
  private final List<Byte> payload = new ArrayList<>();

  Pending(SourceModule module) {
    first = module.globals.size();
    for (Signature tag : module.tags) {
      for (int i = 0; i < tag.parameters().length; i++) {
        byte type = tag.parameters()[i];
        int have = (int) payload.stream().filter(one -> one == type).count();
        if (number(tag, i) >= have) {
          payload.add(type);
        }
      }
    }
  }

  private static int number(Signature tag, int value) {
    int number = 0;
    for (int i = 0; i < value; i++) {
      if (tag.parameters()[i] == tag.parameters()[value]) {
        number++;
      }
    }
    return number;
  }

  /** The global that says which exception is on its way; 0 for none. */
  int tag() {
    return first;
  }

  /** The global of one value that a tag carries. */
  int value(Signature tag, int value) {
    int rest = number(tag, value);
    for (int i = 0; i < payload.size(); i++) {
      if (payload.get(i) == tag.parameters()[value] && rest-- == 0) {
        return first + 1 + i;
      }
    }
    throw new IllegalStateException("no global for value " + value);
  }

  /** The types of the globals that hold values, which follow that of the tag. */
  List<Byte> payload() {
    return payload;
  }

  int count() {
    return 1 + payload.size();
  }

  void writeTo(Output out) {
    out.op(Signature.I32 & 0xff, 1, 0x41, 0, Instructions.END);
    for (byte type : payload) {
      out.op(type & 0xff, 1);
      Signature.writeDefault(out, type);
      out.op(Instructions.END);
    }
  }
}
