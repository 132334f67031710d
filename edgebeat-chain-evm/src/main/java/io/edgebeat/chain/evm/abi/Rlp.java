package io.edgebeat.chain.evm.abi;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Recursive length prefix (Ethereum yellow paper, appendix B): bytes, and lists of such items. */
public sealed interface Rlp {
  /** Bytes. */
  @SuppressWarnings("ArrayRecordComponent") // compared by what is in it
  record Item(byte[] bytes) implements Rlp {
    @Override
    public boolean equals(Object other) {
      return other instanceof Item that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** A list. */
  record Sequence(List<Rlp> items) implements Rlp {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A number, without leading zeros. */
  static Rlp of(BigInteger value) {
    byte[] bytes = value.toByteArray();
    return new Item(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  /** A number. */
  static Rlp of(long value) {
    return of(BigInteger.valueOf(value));
  }

  /** Bytes. */
  static Rlp of(byte[] bytes) {
    return new Item(bytes.clone());
  }

  /** A list. */
  static Rlp list(Rlp... items) {
    return new Sequence(List.of(items));
  }

  /** The number an item is; refuses leading zeros, so that a value has one spelling. */
  default BigInteger number() {
    byte[] bytes = bytes();
    if (bytes.length > 32 || (bytes.length > 0 && bytes[0] == 0)) {
      throw new IllegalArgumentException("no RLP number");
    }
    return new BigInteger(1, bytes);
  }

  /** The bytes of an item. */
  default byte[] bytes() {
    if (this instanceof Item item) {
      return item.bytes().clone();
    }
    throw new IllegalArgumentException("a list instead of bytes");
  }

  /** The items of a list. */
  default List<Rlp> items() {
    if (this instanceof Sequence list) {
      return list.items();
    }
    throw new IllegalArgumentException("bytes instead of a list");
  }

  /** Writes it. */
  default byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out);
    return out.toByteArray();
  }

  private void write(ByteArrayOutputStream out) {
    switch (this) {
      case Item item -> {
        byte[] bytes = item.bytes();
        if (bytes.length != 1 || bytes[0] < 0) {
          prefix(out, 0x80, bytes.length);
        }
        out.writeBytes(bytes);
      }
      case Sequence list -> {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        list.items().forEach(item -> item.write(body));
        prefix(out, 0xc0, body.size());
        out.writeBytes(body.toByteArray());
      }
    }
  }

  private static void prefix(ByteArrayOutputStream out, int kind, int length) {
    if (length <= 55) {
      out.write(kind + length);
      return;
    }
    byte[] size = of(length).bytes();
    out.write(kind + 55 + size.length);
    out.writeBytes(size);
  }

  /** What was read, and where it ended. */
  record Read(Rlp value, int end) {}

  /**
   * Reads one item out of some bytes.
   *
   * @throws IllegalArgumentException when there is none, or it is not in its only spelling
   */
  static Read read(byte[] bytes, int from) {
    return read(bytes, from, bytes.length, 0);
  }

  private static Read read(byte[] bytes, int from, int limit, int depth) {
    if (from >= limit || depth > 4) {
      throw new IllegalArgumentException("the RLP ends too early or is nested too deep");
    }
    int first = bytes[from] & 0xff;
    if (first < 0x80) {
      return new Read(new Item(new byte[] {bytes[from]}), from + 1);
    }
    int kind = first < 0xc0 ? 0x80 : 0xc0;
    int length = first - kind;
    int start = from + 1;
    if (length > 55) {
      int digits = length - 55;
      if (digits > 3 || start + digits > limit || bytes[start] == 0) {
        throw new IllegalArgumentException("an RLP length is malformed");
      }
      length = new BigInteger(1, Arrays.copyOfRange(bytes, start, start + digits)).intValue();
      start += digits;
      if (length <= 55) {
        throw new IllegalArgumentException("an RLP length is written too long");
      }
    }
    int end = start + length;
    if (end > limit) {
      throw new IllegalArgumentException("the RLP ends too early");
    }
    if (kind == 0x80) {
      if (length == 1 && bytes[start] >= 0) {
        throw new IllegalArgumentException("an RLP byte is written too long");
      }
      return new Read(new Item(Arrays.copyOfRange(bytes, start, end)), end);
    }
    List<Rlp> items = new ArrayList<>();
    int at = start;
    while (at < end) {
      Read item = read(bytes, at, end, depth + 1);
      items.add(item.value());
      at = item.end();
    }
    return new Read(new Sequence(items), end);
  }
}
