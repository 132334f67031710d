package io.edgebeat.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Address, Bytes32, Signature, PublicKey and Secret: what they take, print and refuse. */
class ValuesTest {
  private static final String ADDRESS = "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826";
  private static final BigInteger N = Signature.GROUP_ORDER;
  private static final BigInteger HALF = N.shiftRight(1);

  @Test
  void addressReadsAnyCaseAndPrintsLowerCase() {
    Address address = Address.parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
    assertThat(address).hasToString(ADDRESS).isEqualTo(Address.parse(ADDRESS.substring(2)));
    assertThat(address).hasSameHashCodeAs(Address.of(address.toBytes()));
    assertThat(address.isZero()).isFalse();
    assertThat(Address.parse("00".repeat(20)).isZero()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd8",
        "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd82600",
        "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd82g",
        "0x0xcd2a3d9f938e13cd947ec05abc7fe734df8dd8",
        " cd2a3d9f938e13cd947ec05abc7fe734df8dd826",
        "\uff10d2a3d9f938e13cd947ec05abc7fe734df8dd826"
      })
  void addressRefusesOtherText(String text) {
    refused(ErrorCode.INVALID_ARGUMENT, () -> Address.parse(text));
  }

  @Test
  void aKeyInThePlaceOfAnAddressIsNotRepeatedInTheError() {
    String key = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
    assertThatThrownBy(() -> Address.parse(key))
        .hasMessage("expected 40 hexadecimal digits, found 64");
    assertThatThrownBy(() -> Bytes32.parse(key.substring(1) + "x"))
        .hasMessage("expected 64 hexadecimal digits, but character 63 is none");
  }

  @Test
  void valuesDoNotShareTheirArrays() {
    byte[] bytes = new byte[65];
    Address address = Address.of(Arrays.copyOf(bytes, 20));
    byte[] thirtyTwo = new byte[32];
    Bytes32 bytes32 = Bytes32.of(thirtyTwo);
    Signature signature = Signature.of(bytes);
    byte[] sixtyFour = new byte[64];
    PublicKey key = PublicKey.of(sixtyFour);
    Secret secret = Secret.of(thirtyTwo);
    bytes[0] = 1;
    thirtyTwo[0] = 1;
    sixtyFour[0] = 1;
    address.toBytes()[0] = 1;
    bytes32.toBytes()[0] = 1;
    signature.toBytes()[0] = 1;
    signature.compact()[0] = 1;
    key.toBytes()[0] = 1;
    key.uncompressed()[1] = 1;
    secret.reveal()[0] = 1;
    assertThat(address).isEqualTo(Address.ZERO);
    assertThat(bytes32).isEqualTo(Bytes32.ZERO);
    assertThat(signature).isEqualTo(Signature.of(new byte[65]));
    assertThat(key).isEqualTo(PublicKey.of(new byte[64]));
    assertThat(secret).isEqualTo(Secret.of(new byte[32]));
  }

  @Test
  void lengthsAreChecked() {
    refused(ErrorCode.INVALID_ARGUMENT, () -> Address.of(new byte[19]));
    refused(ErrorCode.INVALID_ARGUMENT, () -> Bytes32.of(new byte[33]));
    refused(ErrorCode.INVALID_ARGUMENT, () -> PublicKey.of(new byte[65]));
    refused(ErrorCode.INVALID_ARGUMENT, () -> PublicKey.ofUncompressed(new byte[65]));
    refused(ErrorCode.INVALID_ARGUMENT, () -> PublicKey.ofUncompressed(new byte[] {4}));
    refused(ErrorCode.BAD_SIGNATURE, () -> Signature.of(new byte[64]));
    refused(ErrorCode.BAD_SIGNATURE, () -> Signature.of(new byte[63], 0));
    refused(ErrorCode.BAD_SIGNATURE, () -> Signature.of(new byte[65], 0));
    refused(ErrorCode.BAD_SIGNATURE, () -> Signature.of(new byte[64], 2));
    refused(ErrorCode.BAD_SIGNATURE, () -> Signature.of(new byte[64], -1));
  }

  @Test
  void bytes32IsCutOutOfAnArrayButNeverFilledUp() {
    byte[] bytes = new byte[40];
    bytes[8] = 7;
    assertThat(Bytes32.of(bytes, 8).toBytes()[0]).isEqualTo((byte) 7);
    assertThatThrownBy(() -> Bytes32.of(bytes, 9)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Bytes32.of(bytes, -1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void orderIsThatOfUnsignedNumbers() {
    assertThat(Bytes32.parse("80" + "00".repeat(31)))
        .isGreaterThan(Bytes32.parse("7f" + "ff".repeat(31)));
    assertThat(Address.parse("80" + "00".repeat(19)))
        .isGreaterThan(Address.parse("7f" + "ff".repeat(19)));
  }

  @Test
  void wellFormedMeansInRangeLowAndWithARecoveryId() {
    assertThat(wellFormed(BigInteger.ONE, BigInteger.ONE, 27)).isTrue();
    assertThat(wellFormed(N.subtract(BigInteger.ONE), HALF, 28)).isTrue();

    assertThat(wellFormed(BigInteger.ZERO, BigInteger.ONE, 27)).isFalse();
    assertThat(wellFormed(BigInteger.ONE, BigInteger.ZERO, 27)).isFalse();
    assertThat(wellFormed(N, BigInteger.ONE, 27)).isFalse();
    assertThat(wellFormed(N.add(BigInteger.ONE), BigInteger.ONE, 27)).isFalse();
    assertThat(wellFormed(BigInteger.ONE, HALF.add(BigInteger.ONE), 27)).isFalse();
    assertThat(wellFormed(BigInteger.ONE, N.subtract(BigInteger.ONE), 27)).isFalse();
    assertThat(wellFormed(BigInteger.ONE, N, 27)).isFalse();
    for (int v : new int[] {0, 1, 26, 29, 30, 37, 155, 255}) {
      assertThat(wellFormed(BigInteger.ONE, BigInteger.ONE, v)).as("v = %d", v).isFalse();
    }
  }

  @Test
  void aSignatureIsJoinedFromItsParts() {
    byte[] rs = new byte[64];
    rs[0] = 1;
    Signature signature = Signature.of(rs, 1);
    assertThat(signature.recoveryId()).isEqualTo(1);
    assertThat(signature.compact()).isEqualTo(rs);
    assertThat(signature.toBytes()).startsWith(rs).endsWith(28).hasSize(65);
  }

  /** The key with the scalar 1 is the generator; its address is widely published. */
  @Test
  void aPublicKeyKnowsItsAccount() {
    String generator =
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    PublicKey key = PublicKey.of(HexFormat.of().parseHex(generator));
    assertThat(key.address()).hasToString("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    assertThat(key)
        .hasToString("0x" + generator)
        .isEqualTo(PublicKey.ofUncompressed(key.uncompressed()));
  }

  @Test
  void aSecretIsNotPrinted() {
    Secret secret = Secret.of(new byte[] {1, 2, 3});
    assertThat(secret).hasToString("***").isEqualTo(Secret.of(new byte[] {1, 2, 3}));
    assertThat(secret).isNotEqualTo(Secret.of(new byte[] {1, 2, 4}));
  }

  private static boolean wellFormed(BigInteger r, BigInteger s, int v) {
    byte[] rsv = new byte[65];
    HexFormat hex = HexFormat.of();
    System.arraycopy(hex.parseHex(String.format("%064x%064x", r, s)), 0, rsv, 0, 64);
    rsv[64] = (byte) v;
    return Signature.of(rsv).isWellFormed();
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
