package io.edgebeat.chain.evm.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HexTest {
  private static final long LARGEST = (1L << 53) - 1;

  @Test
  void aNumberThatNoChainReachesIsNoBlocks() {
    assertThat(Hex.block(Json.of(Hex.of(LARGEST)))).isEqualTo(LARGEST);
    assertThatThrownBy(() -> Hex.block(Json.of(Hex.of(LARGEST + 1))))
        .isInstanceOf(BadAnswerException.class)
        .hasMessageContaining(Long.toString(LARGEST + 1));
  }

  @Test
  void aQuantityIsReadWhole() {
    assertThat(Hex.number(Json.of("0x7fffffffffffffff"))).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> Hex.number(Json.of("0x8000000000000000")))
        .isInstanceOf(BadAnswerException.class);
    BigInteger all = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
    assertThat(Hex.big(Json.of("0x" + all.toString(16)))).isEqualTo(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0x", "12", "0xg1", "-0x1", "0x-1", "0x+1", " 0x1"})
  void whatIsNoQuantityIsRefused(String text) {
    assertThatThrownBy(() -> Hex.number(Json.of(text))).isInstanceOf(BadAnswerException.class);
  }
}
