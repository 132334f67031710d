package io.edgebeat.benchmarks.wasm;

import java.util.SplittableRandom;

/** Values on which arithmetic is most likely to differ. */
@SuppressWarnings("FloatingPointLiteralPrecision") // what they are rounded to is what counts
final class Constants {
  private static final int[] INTS = {
    0, 1, -1, 2, 7, 31, 32, 63, 255, 256, 65_535, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE,
  };
  private static final long[] LONGS = {
    0, 1, -1, 2, 63, 64, 0xffff_ffffL, 1L << 32, 1L << 53, Long.MIN_VALUE, Long.MAX_VALUE,
  };
  private static final float[] FLOATS = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    -1.5f,
    2.5f,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    2147483648f,
    -2147483648f,
    4294967296f,
    9223372036854775808f,
    16777217f,
  };
  private static final double[] DOUBLES = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    -1.5,
    2.5,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    2147483647.5,
    -2147483648.5,
    4294967295.5,
    9223372036854775808.0,
    9007199254740993.0,
  };

  private Constants() {}

  /** Raw bits of some value of a type; of NaNs every sign and payload. */
  static long bits(char type, SplittableRandom random) {
    int kind = random.nextInt(4);
    return switch (type) {
      case 'i' ->
          kind == 0
              ? random.nextInt()
              : kind == 1 ? random.nextInt(200) - 50 : INTS[random.nextInt(INTS.length)];
      case 'I' ->
          kind == 0
              ? random.nextLong()
              : kind == 1 ? random.nextInt(200) - 50 : LONGS[random.nextInt(LONGS.length)];
      case 'f' ->
          kind == 0
              ? random.nextInt()
              : kind == 1
                  ? 0x7f80_0001 | random.nextInt()
                  : Float.floatToRawIntBits(FLOATS[random.nextInt(FLOATS.length)]);
      default ->
          kind == 0
              ? random.nextLong()
              : kind == 1
                  ? 0x7ff0_0000_0000_0001L | random.nextLong()
                  : Double.doubleToRawLongBits(DOUBLES[random.nextInt(DOUBLES.length)]);
    };
  }

  /** Writes an instruction that puts some value of a type on the stack. */
  static void write(Code code, char type, SplittableRandom random) {
    switch (type) {
      case 'r', 'x' -> code.op("ref.null").raw(Code.type(type));
      default -> {
        long bits = bits(type, random);
        switch (type) {
          case 'i' -> code.i32((int) bits);
          case 'I' -> code.i64(bits);
          case 'f' -> code.op("f32.const").f32Bits((int) bits);
          default -> code.op("f64.const").f64Bits(bits);
        }
      }
    }
  }
}
