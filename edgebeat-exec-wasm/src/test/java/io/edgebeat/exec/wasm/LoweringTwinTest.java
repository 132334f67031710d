package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.exec.wasm.lower.Lowering;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A program and its twin with a 64-bit memory give the same results, trap for the same reasons and
 * leave the same memory; and where the lowering makes a mistake, this is seen.
 */
class LoweringTwinTest {
  private static final int PROGRAMS = Boolean.getBoolean("edgebeat.nightly") ? 400 : 40;

  /** How a 64-bit address is cut, but for the number of the local. */
  private static final int[] CUT = {
    0x22, -1, 0xa7, 0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x20, -1, 0x42, 31, 0x88, 0x50, 0x1b
  };

  private int traps;
  private int values;

  @Test
  void twinsAreEqual() {
    long first = Long.getLong("edgebeat.seed", new Random().nextLong());
    for (int i = 0; i < PROGRAMS; i++) {
      assertThat(difference(first + i, UnaryOperator.identity()))
          .as("-Dedgebeat.seed=" + (first + i))
          .isNull();
    }
    System.out.println(
        "twins: seed=" + first + " programs=" + PROGRAMS + " values=" + values + " traps=" + traps);
    assertThat(traps).as("traps").isGreaterThan(PROGRAMS / 5);
    assertThat(values).as("values").isGreaterThan(PROGRAMS);
  }

  @Test
  void anAddressWhoseHighBitsAreForgottenIsFound() {
    assertFound(
        image -> {
          for (int at = 0; (at = find(image, CUT, at)) >= 0; at++) {
            int local = image[at + 1];
            Arrays.fill(image, at, at + CUT.length, (byte) 0x01); // nop
            image[at] = (byte) 0xa7;
            assertThat(local).isNotNegative();
          }
          return image;
        });
  }

  /** The value of an i64.store, which lies in a local of its own, is taken from another. */
  @Test
  void aWrongScratchLocalIsFound() {
    int[] store = {0x1b, 0x20, -1, 0x37};
    assertFound(
        image -> {
          for (int at = 0; (at = find(image, store, at)) >= 0; at++) {
            image[at + 2] = image[at + 1 - 6]; // that of the address
          }
          return image;
        });
  }

  private void assertFound(UnaryOperator<byte[]> fault) {
    int found = 0;
    for (long seed = 1; seed <= 40; seed++) {
      if (difference(seed, fault) != null) {
        found++;
      }
    }
    assertThat(found).as("programs in which the mistake is seen").isPositive();
  }

  private static int find(byte[] image, int[] pattern, int from) {
    for (int at = from; at <= image.length - pattern.length; at++) {
      int same = 0;
      while (same < pattern.length
          && (pattern[same] < 0 || (image[at + same] & 0xff) == pattern[same])) {
        same++;
      }
      if (same == pattern.length) {
        return at;
      }
    }
    return -1;
  }

  /** What differs, or null. */
  private @Nullable String difference(long seed, UnaryOperator<byte[]> fault) {
    String text = TwinPrograms.text(seed);
    byte[] wide = TwinPrograms.wide(text);
    Guest one = Guest.compiled(TwinPrograms.narrow(text));
    Guest other = Guest.running(fault.apply(Lowering.lower(wide)));
    Guest third = Guest.interpreted(wide);
    for (int i = 0; i < 3; i++) {
      long[] arguments = {seed * 31 + i, (seed & 7) * 1_000};
      arguments[0] &= 0xffff_ffffL;
      String expected = one.call("f" + i, arguments);
      String found = other.call("f" + i, arguments);
      String interpreted = third.call("f" + i, arguments);
      boolean trapped = !expected.startsWith("[");
      if (trapped) {
        traps++;
      } else {
        values++;
      }
      if (!expected.equals(found)) {
        return "f" + i + ": " + expected + ", in 64 bits " + found;
      }
      if (!interpreted.equals(trapped ? "trap" : expected)) {
        return "f" + i + ": " + expected + ", interpreted " + interpreted;
      }
      String memory = one.call("hash");
      if (!memory.equals(other.call("hash")) || !memory.equals(third.call("hash"))) {
        return "f" + i + " leaves other memories";
      }
    }
    return null;
  }
}
