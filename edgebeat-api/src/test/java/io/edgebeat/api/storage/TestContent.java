package io.edgebeat.api.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/** The contents that unixfs-vectors.txt describes, as a stream that is never whole in memory. */
final class TestContent extends InputStream {
  private final boolean zeros;
  private long left;
  private int state;
  private int word;
  private int wordBytes;

  private TestContent(boolean zeros, int state, long size) {
    this.zeros = zeros;
    this.state = state;
    this.left = size;
  }

  static ContentSource source(String pattern, long size) {
    return () -> open(pattern, size);
  }

  static InputStream open(String pattern, long size) {
    int colon = pattern.indexOf(':');
    String kind = colon < 0 ? pattern : pattern.substring(0, colon);
    String argument = pattern.substring(colon + 1);
    return switch (kind) {
      case "zeros" -> new TestContent(true, 0, size);
      case "xorshift" -> new TestContent(false, Integer.parseUnsignedInt(argument), size);
      case "hex" -> new ByteArrayInputStream(HexFormat.of().parseHex(argument), 0, (int) size);
      default -> throw new IllegalArgumentException("unknown content " + pattern);
    };
  }

  /** Whether two streams hold the same bytes. */
  static boolean same(InputStream one, InputStream other) throws IOException {
    byte[] ones = new byte[1 << 16];
    byte[] others = new byte[1 << 16];
    for (; ; ) {
      int count = one.readNBytes(ones, 0, ones.length);
      int otherCount = other.readNBytes(others, 0, others.length);
      if (!Arrays.equals(ones, 0, count, others, 0, otherCount)) {
        return false;
      }
      if (count == 0) {
        return true;
      }
    }
  }

  static byte[] random(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A seed of its own for every run, or the one of an earlier run: {@code -Dedgebeat.seed=N}. */
  static long seed() {
    Long given = Long.getLong("edgebeat.seed");
    return given != null ? given : new Random().nextLong();
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (left == 0 && length > 0) {
      return -1;
    }
    int count = (int) Math.min(length, left);
    for (int i = offset; i < offset + count; i++) {
      target[i] = (byte) read();
    }
    return count;
  }

  @Override
  public int read() {
    if (left == 0) {
      return -1;
    }
    left--;
    if (zeros) {
      return 0;
    }
    if (wordBytes == 0) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      word = state;
      wordBytes = 4;
    }
    int value = word & 0xff;
    word >>>= 8;
    wordBytes--;
    return value;
  }
}
