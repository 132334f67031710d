package io.edgebeat.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Known hashes. The random comparison with another implementation is in edgebeat-crypto-java, which
 * has one.
 */
class Keccak256Test {

  @Test
  void hashesText() {
    assertThat(hex(Keccak256.hash("abc".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  }

  /** Around the block of 136 bytes, where the padding changes shape; hashes by BouncyCastle. */
  @ParameterizedTest
  @CsvSource({
    "0, c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    "135, cbdfd9dee5faad3818d6b06f95a219fd290b0e1706f6a82e5a595b9ce9faca62",
    "136, 7ce759f1ab7f9ce437719970c26b0a66ff11fe3e38e17df89cf5d29c7d7f807e",
    "137, ac73d4fae68b8453f764007c1a20ce95994187861f0c3227a3a8e99a73a3b1db",
    "272, fdf2ec49e749960d3c8521a0219af8d03e30e2b3bf19bd16150ee0eaf133d66e",
    "65536, c08f0bb275258a9414387aea0572ede249d46d06e04df5a538f3b614f94ad8db"
  })
  void hashesCountedBytes(int length, String expected) {
    byte[] input = new byte[length];
    for (int i = 0; i < length; i++) {
      input[i] = (byte) i;
    }
    assertThat(hex(Keccak256.hash(input))).isEqualTo(expected);
  }

  @Test
  void hashesAPartAsIfItWereAlone() {
    byte[] input = new byte[700];
    for (int i = 0; i < input.length; i++) {
      input[i] = (byte) (31 * i);
    }
    for (int length : new int[] {0, 1, 135, 136, 137, 272, 600}) {
      assertThat(Keccak256.hash(input, 7, length))
          .isEqualTo(Keccak256.hash(Arrays.copyOfRange(input, 7, 7 + length)));
    }
  }

  @Test
  void refusesAPartOutsideOfTheArray() {
    assertThatThrownBy(() -> Keccak256.hash(new byte[10], 5, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Keccak256.hash(new byte[10], -1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
