package io.edgebeat.core.codec;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.storage.ContentId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The forms of the types that contain no other. */
final class Leaves {
  static final Map<Class<?>, Encoding<?>> ALL = new HashMap<>();

  private static final int NANOS = 1_000_000_000;
  private static final ContentId.Codec[] CODECS = ContentId.Codec.values();

  private Leaves() {}

  static {
    Encoding<Long> number = Encoding.leaf((v, out) -> out.signed(v), Input::signed);
    Encoding<Integer> small =
        Encoding.leaf(
            (v, out) -> out.signed(v),
            in -> {
              long value = in.signed();
              if (value != (int) value) {
                throw in.corrupted(value + ", which is no int");
              }
              return (int) value;
            });
    Encoding<Boolean> flag = Encoding.leaf((v, out) -> out.octet(v ? 1 : 0), Leaves::flag);
    ALL.put(long.class, number);
    ALL.put(Long.class, number);
    ALL.put(int.class, small);
    ALL.put(Integer.class, small);
    ALL.put(boolean.class, flag);
    ALL.put(Boolean.class, flag);
    put(String.class, (v, out) -> out.text(v), Input::text);
    put(byte[].class, (v, out) -> out.block(v), Input::block);
    put(BigInteger.class, (v, out) -> out.block(v.toByteArray()), Leaves::integer);
    put(
        Instant.class,
        (v, out) -> {
          out.signed(v.getEpochSecond());
          out.varint(v.getNano());
        },
        in -> time(in, Instant::ofEpochSecond));
    put(
        Duration.class,
        (v, out) -> {
          out.signed(v.getSeconds());
          out.varint(v.getNano());
        },
        in -> time(in, Duration::ofSeconds));
    put(Bytes32.class, (v, out) -> out.bytes32(v), in -> Bytes32.of(in.raw(32)));
    put(Address.class, (v, out) -> out.address(v), in -> Address.of(in.raw(20)));
    put(Signature.class, (v, out) -> out.raw(v.toBytes()), in -> Signature.of(in.raw(65)));
    put(PublicKey.class, (v, out) -> out.raw(v.toBytes()), in -> PublicKey.of(in.raw(64)));
    put(Secret.class, (v, out) -> out.block(v.reveal()), in -> Secret.of(in.block()));
    put(Blob.class, (v, out) -> out.block(v.toBytes()), in -> Blob.of(in.block()));
    put(
        ContentId.class,
        (v, out) -> {
          out.octet(v.codec().code());
          out.bytes32(v.hash());
        },
        Leaves::contentId);
    put(
        Amount.class,
        (v, out) -> {
          asset(v.asset(), out);
          magnitude(v.baseUnits(), out);
        },
        Leaves::amount);
  }

  private static <T> void put(Class<T> type, Encoding.Writer<T> writer, Function<Input, T> reader) {
    ALL.put(type, Encoding.leaf(writer, reader));
  }

  static boolean flag(Input in) {
    int value = in.octet();
    if (value > 1) {
      throw in.corrupted("the byte " + value + " instead of 0 or 1");
    }
    return value == 1;
  }

  private static BigInteger integer(Input in) {
    byte[] bytes = in.block();
    boolean shortest =
        bytes.length == 1 || (bytes.length > 1 && bytes[0] != (byte) (bytes[1] >> 7));
    if (!shortest) {
      throw in.corrupted("an integer in another than its shortest form");
    }
    return new BigInteger(bytes);
  }

  private static <T> T time(Input in, Seconds<T> of) {
    long seconds = in.signed();
    long nanos = in.varint();
    if (nanos < 0 || nanos >= NANOS) {
      throw in.corrupted(Long.toUnsignedString(nanos) + " nanoseconds in a second");
    }
    try {
      return of.of(seconds, nanos);
    } catch (java.time.DateTimeException | ArithmeticException e) {
      throw in.corrupted("the second " + seconds, e);
    }
  }

  private static ContentId contentId(Input in) {
    int code = in.octet();
    for (ContentId.Codec codec : CODECS) {
      if (codec.code() == code) {
        return new ContentId(codec, Bytes32.of(in.raw(32)));
      }
    }
    throw in.unknown("content codec " + code);
  }

  /** One byte for EDG, because nearly every amount is. */
  private static void asset(Asset asset, Output out) {
    if (asset.equals(Asset.EDG)) {
      out.octet(0);
    } else {
      out.octet(1);
      out.text(asset.symbol());
      out.octet(asset.decimals());
    }
  }

  private static Amount amount(Input in) {
    Asset asset = Asset.EDG;
    if (flag(in)) {
      String symbol = in.text();
      int decimals = in.octet();
      if (symbol.isBlank() || decimals > 36) {
        throw in.corrupted("no asset: \"" + symbol + "\" with " + decimals + " decimals");
      }
      asset = new Asset(symbol, decimals);
      if (asset.equals(Asset.EDG)) {
        throw in.corrupted("EDG in the long form");
      }
    }
    byte[] bytes = in.block();
    if (bytes.length > 12 || (bytes.length > 0 && bytes[0] == 0)) {
      throw in.corrupted("an amount of " + bytes.length + " bytes, not in its shortest form");
    }
    return new Amount(asset, new BigInteger(1, bytes));
  }

  private static void magnitude(BigInteger value, Output out) {
    int length = (value.bitLength() + 7) / 8;
    if (length <= Long.BYTES) {
      // Nearly every amount: without an array.
      long bits = value.longValue();
      out.varint(length);
      for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
        out.octet((int) (bits >>> shift));
      }
      return;
    }
    byte[] bytes = value.toByteArray();
    out.block(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private interface Seconds<T> {
    T of(long seconds, long nanos);
  }
}
