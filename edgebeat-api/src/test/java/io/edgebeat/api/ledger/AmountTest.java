package io.edgebeat.api.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.math.BigInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts: exact, never negative, never more than 96 bits. */
class AmountTest {
  private static final Asset CENTS = new Asset("USD", 2);

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0 EDG",
    "0.50, 500000000000000000, 0.5 EDG",
    "1, 1000000000000000000, 1 EDG",
    "1000, 1000000000000000000000, 1000 EDG",
    "0.000000000000000001, 1, 0.000000000000000001 EDG",
    "0.0000000000000000010, 1, 0.000000000000000001 EDG",
    "007, 7000000000000000000, 7 EDG"
  })
  void readsAndPrintsWholeTokens(String text, BigInteger baseUnits, String printed) {
    Amount amount = Edg.of(text);
    assertThat(amount.baseUnits()).isEqualTo(baseUnits);
    assertThat(amount).hasToString(printed);
    assertThat(Edg.of(printed.substring(0, printed.indexOf(' ')))).isEqualTo(amount);
  }

  /** The long exponents once cost gigabytes before they were refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "abc",
        "1,5",
        "1.",
        ".5",
        "+1",
        "0x10",
        "1e3",
        "1E999999999",
        "1e-999999999",
        "\u0663",
        "1 ",
        "NaN",
        "--1",
        "1.2.3",
        "-1",
        "-0.000000000000000001",
        "0.0000000000000000001",
        "79228162514.264337593543950336"
      })
  void refusesWhatIsNoAmount(String text) {
    refused(() -> Edg.of(text));
  }

  @Test
  void theErrorNamesTheTextButNotAllOfIt() {
    assertThatThrownBy(() -> Edg.of("1,5")).hasMessageContaining("\"1,5\"");
    assertThatThrownBy(() -> Edg.of("9".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    assertThatThrownBy(() -> new Amount(CENTS, BigInteger.ONE.shiftLeft(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    assertThatThrownBy(() -> Amount.parse(CENTS, "1.005")).hasMessageContaining("2 decimal places");
  }

  @Test
  void theLargestAmountIsReachedAndNotPassed() {
    Amount max = new Amount(CENTS, Amount.MAX);
    assertThat(Edg.of("79228162514.264337593543950335").baseUnits()).isEqualTo(Amount.MAX);
    refused(() -> max.plus(Amount.of(CENTS, 1)));
    refused(() -> max.times(2));
    assertThat(max.plus(Amount.zero(CENTS))).isEqualTo(max);
  }

  @Test
  void arithmeticIsExactAndNeverNegative() {
    Amount two = Amount.of(CENTS, 2);
    Amount three = Amount.of(CENTS, 3);
    assertThat(two.plus(three)).isEqualTo(Amount.of(CENTS, 5));
    assertThat(three.minus(two)).isEqualTo(Amount.of(CENTS, 1));
    assertThat(three.minus(three).isZero()).isTrue();
    assertThat(two.times(0).isZero()).isTrue();
    assertThat(two.min(three)).isEqualTo(two);
    assertThat(two.max(three)).isEqualTo(three);
    assertThat(two).isLessThan(three);
    refused(() -> two.minus(three));
    refused(() -> Amount.of(CENTS, -1));
    refused(() -> Amount.zero(CENTS).times(-1));
  }

  @Test
  void assetsDoNotMix() {
    Amount cents = Amount.of(CENTS, 1);
    Amount edg = Edg.units(1);
    refused(() -> cents.plus(edg));
    refused(() -> cents.minus(edg));
    refused(() -> cents.compareTo(edg));
    assertThat(cents).isNotEqualTo(edg);
  }

  @Test
  void anAssetHasANameAndUsefulDecimals() {
    assertThatThrownBy(() -> new Asset(" ", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Asset("A", -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Asset("A", 37)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_AMOUNT));
  }
}
