package io.edgebeat.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.engine.Fact;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecordCodecTest {
  private static final Map<Class<?>, RecordCodec<?>> CODECS = new LinkedHashMap<>();

  static {
    for (Class<?> root :
        List.of(
            LedgerCommand.class,
            LedgerEvent.class,
            PeerMessage.class,
            Fact.class,
            Everything.class)) {
      CODECS.put(root, RecordCodec.of(root));
    }
  }

  record Tree(String name, List<Tree> children) {}

  record Everything(
      int small,
      long number,
      Integer boxedSmall,
      Long boxed,
      boolean flag,
      Boolean boxedFlag,
      BigInteger big,
      Instant at,
      Duration time,
      Secret secret,
      PublicKey key,
      Blob blob,
      ErrorCode code,
      Optional<String> maybe,
      Set<Long> set,
      SortedSet<String> sortedSet,
      Map<String, List<Long>> map,
      SortedMap<String, Blob> sortedMap,
      Signed<Settlement> signed,
      Amount amount) {}

  sealed interface Older {
    record Fact(int a) implements Older {}
  }

  sealed interface Newer {
    record Fact(int a, Optional<String> b, List<Long> c) implements Newer {}

    record Other(int a) implements Newer {}
  }

  sealed interface Incompatible {
    record Fact(int a, int b) implements Incompatible {}
  }

  @SuppressWarnings("ArrayRecordComponent") // foreign records may have one
  record WithArray(byte[] bytes) {}

  record Unsupported(Object anything) {}

  static Stream<Class<?>> members() {
    return CODECS.keySet().stream().flatMap(root -> Samples.members(root).stream());
  }

  @SuppressWarnings("unchecked")
  private static RecordCodec<Object> codec(Class<?> member) {
    return (RecordCodec<Object>)
        CODECS.entrySet().stream()
            .filter(e -> e.getKey().isAssignableFrom(member))
            .findFirst()
            .orElseThrow()
            .getValue();
  }

  @ParameterizedTest
  @MethodSource("members")
  void readsBackWhatItWrites(Class<?> member) {
    Samples samples = new Samples(member.getName().hashCode());
    for (int i = 0; i < 40; i++) {
      Object value = samples.of(member);
      byte[] bytes = codec(member).encode(value);
      Object back = codec(member).decode(bytes);
      assertThat(back).isEqualTo(value);
      assertThat(codec(member).encode(back)).isEqualTo(bytes);
    }
  }

  /** A flipped byte is refused, or it is the one form of another value. */
  @ParameterizedTest
  @MethodSource("members")
  void refusesWhatItDidNotWrite(Class<?> member) {
    Samples samples = new Samples(member.getName().hashCode() * 31L);
    Random random = new Random(7);
    for (int i = 0; i < 6; i++) {
      byte[] bytes = codec(member).encode(samples.of(member));
      for (int length = 0; length < bytes.length; length += 1 + bytes.length / 100) {
        refused(member, Arrays.copyOf(bytes, length));
      }
      refused(member, Arrays.copyOf(bytes, bytes.length + 1));
      for (int k = 0; k < 60; k++) {
        byte[] mutated = bytes.clone();
        for (int n = 0; n <= k % 3; n++) {
          mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        try {
          Object value = codec(member).decode(mutated);
          assertThat(codec(member).encode(value)).isEqualTo(mutated);
        } catch (EdgeBeatException e) {
          assertThat(e.code()).isIn(ErrorCode.CORRUPTED, ErrorCode.UNKNOWN_VERSION);
          assertThat(e).hasMessageContaining("offset");
        }
      }
    }
  }

  private static void refused(Class<?> member, byte[] bytes) {
    assertThatThrownBy(() -> codec(member).decode(bytes))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> {
              assertThat(e.code()).isIn(ErrorCode.CORRUPTED, ErrorCode.UNKNOWN_VERSION);
              assertThat(e.getMessage()).contains("offset");
            });
  }

  @Test
  void randomBytesAreOnlyEverRefused() {
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 0) {
        bytes[0] = 1;
      }
      for (RecordCodec<?> codec : CODECS.values()) {
        assertThatThrownBy(() -> codec.decode(bytes)).isInstanceOf(EdgeBeatException.class);
      }
    }
  }

  /** The form is what earlier releases have on disk: a change here needs a new format number. */
  @Test
  void theFormDoesNotChange() {
    LedgerCommand command = new LedgerCommand.VaultDeposit(Amount.of(Asset.EDG, 300));
    byte[] bytes = RecordCodec.of(LedgerCommand.class).encode(command);
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("01" + "0c" + "5661756c744465706f736974" + "01" + "00" + "02" + "012c");
  }

  @Test
  void setsAndMapsHaveOneForm() {
    Everything value = new Samples(3).of(Everything.class);
    Everything one = with(value, List.of("b", "a", "cc"));
    Everything other = with(value, List.of("cc", "b", "a"));
    assertThat(one).isEqualTo(other);
    RecordCodec<Everything> codec = RecordCodec.of(Everything.class);
    assertThat(codec.encode(one)).isEqualTo(codec.encode(other));
  }

  private static Everything with(Everything e, List<String> keys) {
    Map<String, List<Long>> map = new LinkedHashMap<>();
    keys.forEach(k -> map.put(k, List.of(1L)));
    return new Everything(
        e.small,
        e.number,
        e.boxedSmall,
        e.boxed,
        e.flag,
        e.boxedFlag,
        e.big,
        e.at,
        e.time,
        e.secret,
        e.key,
        e.blob,
        e.code,
        e.maybe,
        e.set,
        new TreeSet<>(keys),
        map,
        new TreeMap<>(e.sortedMap),
        e.signed,
        e.amount);
  }

  @Test
  void appendedOptionalPartsAreEmptyInOldBytes() {
    byte[] old = RecordCodec.of(Older.class).encode(new Older.Fact(5));
    assertThat(RecordCodec.of(Newer.class).decode(old))
        .isEqualTo(new Newer.Fact(5, Optional.empty(), List.of()));
    code(RecordCodec.of(Incompatible.class), old, ErrorCode.UNKNOWN_VERSION, "\"b\"");
    byte[] young =
        RecordCodec.of(Newer.class).encode(new Newer.Fact(5, Optional.empty(), List.of()));
    code(RecordCodec.of(Older.class), young, ErrorCode.UNKNOWN_VERSION, "3 components");
    byte[] other = RecordCodec.of(Newer.class).encode(new Newer.Other(5));
    code(RecordCodec.of(Older.class), other, ErrorCode.UNKNOWN_VERSION, "\"Other\"");
  }

  @Test
  void aLaterFormatIsNamed() {
    code(RecordCodec.of(Older.class), new byte[] {2}, ErrorCode.UNKNOWN_VERSION, "format 2");
  }

  private static void code(RecordCodec<?> codec, byte[] bytes, ErrorCode code, String named) {
    EdgeBeatException e = catchThrowableOfType(EdgeBeatException.class, () -> codec.decode(bytes));
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessageContaining(named);
  }

  @Test
  void nestingIsLimitedOnBothSides() {
    RecordCodec<Tree> codec = RecordCodec.of(Tree.class);
    Tree deep = new Tree("leaf", List.of());
    for (int i = 0; i < 20; i++) {
      deep = new Tree("n", List.of(deep));
    }
    assertThat(codec.decode(codec.encode(deep))).isEqualTo(deep);
    for (int i = 0; i < 100_000; i++) {
      deep = new Tree("n", List.of(deep));
    }
    Tree tooDeep = deep;
    assertThatThrownBy(() -> codec.encode(tooDeep)).isInstanceOf(EdgeBeatException.class);
    byte[] one = new byte[] {2, 1, 'n', 1};
    byte[] bytes = new byte[6 + 4 * 100_000];
    System.arraycopy(new byte[] {1, 4, 'T', 'r', 'e', 'e'}, 0, bytes, 0, 6);
    for (int i = 0; i < 100_000; i++) {
      System.arraycopy(one, 0, bytes, 6 + 4 * i, 4);
    }
    code(codec, bytes, ErrorCode.CORRUPTED, "deeper than 64");
  }

  @Test
  void announcedLengthsAllocateNothing() {
    byte[] bytes =
        new byte[] {1, 9, 'W', 'i', 't', 'h', 'A', 'r', 'r', 'a', 'y', 1, -1, -1, -1, -1, 7};
    code(RecordCodec.of(WithArray.class), bytes, ErrorCode.CORRUPTED, "announced");
  }

  @Test
  void halfASurrogatePairIsNotWritten() {
    RecordCodec<Tree> codec = RecordCodec.of(Tree.class);
    for (String bad : List.of("\ud800", "a\udc00ä", "\ud83d")) {
      assertThatThrownBy(() -> codec.encode(new Tree(bad, List.of())))
          .isInstanceOf(EdgeBeatException.class);
    }
    Tree good = new Tree("?😀", List.of());
    assertThat(codec.decode(codec.encode(good))).isEqualTo(good);
  }

  @Test
  void typesWithoutAFormAreNamedAtOnce() {
    assertThatThrownBy(() -> RecordCodec.of(Unsupported.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("anything");
    assertThatThrownBy(() -> RecordCodec.of(Comparable.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void arraysAndConstantsSurvive() {
    RecordCodec<WithArray> codec = RecordCodec.of(WithArray.class);
    assertThat(codec.decode(codec.encode(new WithArray(new byte[] {1, 2}))).bytes())
        .containsExactly(1, 2);
    assertThat(RecordCodec.of(LedgerEvent.class).tags()).contains("Opened", "Closed");
    assertThat(Bytes32.ZERO.isZero()).isTrue();
  }
}
