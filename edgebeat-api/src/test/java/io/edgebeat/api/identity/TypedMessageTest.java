package io.edgebeat.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The example "Ether Mail" that EIP-712 itself publishes, and the edges of the encoding. */
class TypedMessageTest {
  private static final String PERSON_TYPE = "Person(string name,address wallet)";
  private static final SigningDomain ETHER_MAIL =
      new SigningDomain(
          "Ether Mail", "1", 1, Address.parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));
  private static final Mail MAIL =
      new Mail(
          new Person("Cow", Address.parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")),
          new Person("Bob", Address.parse("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB")),
          "Hello, Bob!");

  record Person(String name, Address wallet) {
    Bytes32 structHash() {
      return new StructWriter(typeHash(PERSON_TYPE), 2).string(name).address(wallet).hash();
    }
  }

  record Mail(Person from, Person to, String contents) implements TypedMessage {
    @Override
    public String typeString() {
      return "Mail(Person from,Person to,string contents)" + PERSON_TYPE;
    }

    @Override
    public Bytes32 structHash() {
      return new StructWriter(typeHash(typeString()), 3)
          .bytes32(from.structHash())
          .bytes32(to.structHash())
          .string(contents)
          .hash();
    }
  }

  private static Bytes32 typeHash(String type) {
    return Bytes32.of(Keccak256.hash(type.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void matchesThePublishedExample() {
    assertThat(typeHash(MAIL.typeString()))
        .hasToString("0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2");
    assertThat(ETHER_MAIL.separator())
        .hasToString("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f");
    assertThat(MAIL.structHash())
        .hasToString("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
    assertThat(MAIL.digest(ETHER_MAIL))
        .hasToString("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
        .isEqualTo(MAIL.digest(ETHER_MAIL.separator()))
        .isEqualTo(new SigningRequest.OfMessage(ETHER_MAIL, MAIL).digest());
  }

  @Test
  void everyPartOfTheDomainCounts() {
    Address other = Address.parse("0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB");
    assertThat(
            new SigningDomain[] {
              new SigningDomain("Ether Mail2", "1", 1, ETHER_MAIL.verifyingContract()),
              new SigningDomain("Ether Mail", "2", 1, ETHER_MAIL.verifyingContract()),
              new SigningDomain("Ether Mail", "1", 2, ETHER_MAIL.verifyingContract()),
              new SigningDomain("Ether Mail", "1", 1, other)
            })
        .extracting(SigningDomain::separator)
        .doesNotHaveDuplicates()
        .doesNotContain(ETHER_MAIL.separator());
    assertThatThrownBy(() -> new SigningDomain("Ether Mail", "1", -1, other))
        .isInstanceOf(EdgeBeatException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void bothFormsOfANumberEncodeEqually() {
    for (long value : new long[] {0, 1, 255, 256, Integer.MAX_VALUE, Long.MAX_VALUE}) {
      assertThat(new StructWriter(Bytes32.ZERO, 1).uint(value).hash())
          .isEqualTo(new StructWriter(Bytes32.ZERO, 1).uint(BigInteger.valueOf(value)).hash());
    }
    assertThat(new StructWriter(Bytes32.ZERO, 1).bool(true).hash())
        .isEqualTo(new StructWriter(Bytes32.ZERO, 1).uint(1).hash());
  }

  @Test
  void theLargestNumberIsAllOnes() {
    BigInteger max = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
    assertThat(new StructWriter(Bytes32.ZERO, 1).uint(max).hash())
        .isEqualTo(
            new StructWriter(Bytes32.ZERO, 1).bytes32(Bytes32.parse("ff".repeat(32))).hash());
    assertThatThrownBy(() -> new StructWriter(Bytes32.ZERO, 1).uint(max.add(BigInteger.ONE)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StructWriter(Bytes32.ZERO, 1).uint(BigInteger.ONE.negate()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StructWriter(Bytes32.ZERO, 1).uint(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWrongNumberOfFieldsIsNoticed() {
    assertThatThrownBy(() -> new StructWriter(Bytes32.ZERO, 2).uint(1).hash())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("wrote 1 fields of 2");
    assertThatThrownBy(() -> new StructWriter(Bytes32.ZERO, 1).uint(1).uint(1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new StructWriter(Bytes32.ZERO, 1).uint(1).address(Address.ZERO))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aTextWithoutUtf8FormIsNotSigned() {
    assertThatThrownBy(() -> new StructWriter(Bytes32.ZERO, 1).string("a\ud800"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new StructWriter(Bytes32.ZERO, 1).string("\ud83d\ude00").hash()).isNotNull();
  }
}
