package io.edgebeat.exec.wasm.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ZeroedArraysTest {
  private static final int SIZE = 1 << 20;

  @Test
  void anArrayComesBackAsZeros() {
    ZeroedArrays arrays = new ZeroedArrays(4L * SIZE);
    byte[] used = arrays.take(SIZE);
    used[0] = 1;
    used[SIZE - 1] = 2;
    arrays.give(used);
    assertThat(arrays.keptBytes()).isEqualTo(SIZE);
    assertThat(arrays.take(SIZE)).isSameAs(used).containsOnly(0);
    assertThat(arrays.keptBytes()).isZero();
    assertThat(arrays.take(SIZE)).isNotSameAs(used);
  }

  @Test
  void onlySoMuchIsKept() {
    ZeroedArrays arrays = new ZeroedArrays(2L * SIZE);
    for (int i = 0; i < 5; i++) {
      arrays.give(new byte[SIZE]);
    }
    arrays.give(new byte[3 * SIZE]);
    arrays.give(new byte[100]);
    assertThat(arrays.keptBytes()).isEqualTo(2L * SIZE);
    assertThat(arrays.take(2 * SIZE)).hasSize(2 * SIZE);
    assertThat(arrays.keptBytes()).isEqualTo(2L * SIZE);
    arrays.clear();
    assertThat(arrays.keptBytes()).isZero();
  }

  @Test
  void whatIsOfNoUseMakesPlace() {
    ZeroedArrays arrays = new ZeroedArrays(4L * SIZE);
    byte[] usual = new byte[SIZE];
    arrays.give(usual);
    for (int odd = 1; odd < 100; odd++) {
      arrays.give(arrays.take(SIZE));
      arrays.give(new byte[SIZE + odd]);
      assertThat(arrays.keptBytes()).isLessThanOrEqualTo(4L * SIZE);
    }
    assertThat(arrays.take(SIZE)).isSameAs(usual);
    assertThat(arrays.take(SIZE + 1)).hasSize(SIZE + 1);
    assertThat(arrays.keptBytes()).isBetween(2L * SIZE, 3L * SIZE);
  }
}
