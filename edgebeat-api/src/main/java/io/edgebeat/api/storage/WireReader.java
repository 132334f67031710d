package io.edgebeat.api.storage;

import java.util.Arrays;

/**
 * Reads one protocol buffer message strictly: no field runs over the end, numbers are of minimal
 * length and fit 63 bits, and fields come in rising order. So one message has one encoding, and
 * nothing can hide behind what a lenient reader would skip.
 */
final class WireReader {
  private final byte[] bytes;
  private final int end;
  private final String what;
  private int at;
  private int field;
  private int wireType;

  WireReader(byte[] bytes, String what) {
    this(bytes, 0, bytes.length, what);
  }

  private WireReader(byte[] bytes, int from, int end, String what) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.what = what;
  }

  /** Goes to the next field; 0 at the end of the message. */
  int next() throws MalformedBlockException {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> 3 > 1000) {
      throw malformed("field number " + (tag >>> 3));
    }
    field = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    return field;
  }

  long number() throws MalformedBlockException {
    expect(WireWriter.VARINT, "number");
    return varint();
  }

  byte[] bytes() throws MalformedBlockException {
    int from = lengthDelimited();
    return Arrays.copyOfRange(bytes, from, at);
  }

  WireReader message(String name) throws MalformedBlockException {
    int from = lengthDelimited();
    return new WireReader(bytes, from, at, name);
  }

  MalformedBlockException malformed(String reason) {
    return MalformedBlockException.of(what + ": " + reason + " before byte " + at);
  }

  MalformedBlockException unexpected() {
    return malformed("unknown, repeated or misplaced field " + field);
  }

  private int lengthDelimited() throws MalformedBlockException {
    expect(WireWriter.BYTES, "bytes");
    long length = varint();
    if (length > end - at) {
      throw malformed("field " + field + " of " + length + " bytes runs over the end " + end);
    }
    int from = at;
    at += (int) length;
    return from;
  }

  private void expect(int wanted, String name) throws MalformedBlockException {
    if (wireType != wanted) {
      throw malformed("field " + field + " has wire type " + wireType + " and should be " + name);
    }
  }

  private long varint() throws MalformedBlockException {
    long value = 0;
    for (int shift = 0; at < end; shift += 7) {
      if (shift > 56) {
        throw malformed("number of more than 63 bits");
      }
      byte b = bytes[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        if (b == 0 && shift > 0) {
          throw malformed("number that is not of minimal length");
        }
        return value;
      }
    }
    throw malformed("number cut off by the end");
  }
}
