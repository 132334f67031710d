package io.edgebeat.core.codec;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are read once, front to back, and believed in nothing: every length is compared with
 * what is left before anything is allocated. Only the canonical form is accepted.
 */
final class Input {
  private final byte[] bytes;
  private int at;

  /** What is being read, for messages. */
  String tag = "?";

  Input(byte[] bytes) {
    this.bytes = bytes;
  }

  int at() {
    return at;
  }

  int left() {
    return bytes.length - at;
  }

  int octet() {
    need(1, "a byte");
    return bytes[at++] & 0xff;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = octet();
      if (shift == 63 && next > 1) {
        throw corrupted("a number of more than 64 bits");
      }
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) {
          throw corrupted("a number with superfluous zeros");
        }
        return value;
      }
    }
  }

  long signed() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** A count of things that take at least one byte each. */
  int count(String what) {
    long count = varint();
    if (count < 0 || count > left()) {
      throw corrupted(
          Long.toUnsignedString(count) + " " + what + " announced, " + left() + " bytes left");
    }
    return (int) count;
  }

  byte[] raw(int length) {
    need(length, length + " bytes");
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  byte[] block() {
    return raw(count("bytes"));
  }

  String text() {
    int length = count("bytes of text");
    if (isAscii(length)) {
      String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
      at += length;
      return text;
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
      at += length;
      return text;
    } catch (CharacterCodingException e) {
      throw corrupted("text that is not UTF-8", e);
    }
  }

  /** Nearly all text is, tags above all; a decoder costs more than everything else about them. */
  private boolean isAscii(int length) {
    for (int i = at; i < at + length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Compares two stretches that were read before, as unsigned bytes. */
  int compare(int from, int to, int otherFrom, int otherTo) {
    return Arrays.compareUnsigned(bytes, from, to, bytes, otherFrom, otherTo);
  }

  EdgeBeatException corrupted(String found) {
    return corrupted(found, null);
  }

  EdgeBeatException corrupted(String found, @Nullable Throwable cause) {
    return failure(ErrorCode.CORRUPTED, found, cause);
  }

  EdgeBeatException unknown(String found) {
    return failure(ErrorCode.UNKNOWN_VERSION, found, null);
  }

  private EdgeBeatException failure(ErrorCode code, String found, @Nullable Throwable cause) {
    return new EdgeBeatException(
        code,
        RetryAdvice.NEVER,
        "record \"" + tag + "\", offset " + at + " of " + bytes.length + ": found " + found,
        cause);
  }

  private void need(int length, String what) {
    if (length > left()) {
      throw corrupted("the end instead of " + what);
    }
  }
}
