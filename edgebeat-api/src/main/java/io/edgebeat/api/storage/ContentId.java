package io.edgebeat.api.storage;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/**
 * A value: a content id (CID version 1) with a sha2-256 multihash, in lower-case base32
 * (multiformats CID specification). A file's id equals what {@code ipfs add --cid-version=1}
 * prints.
 *
 * @param codec how the block of this id is to be read
 * @param hash the sha2-256 of that block
 */
public record ContentId(Codec codec, Bytes32 hash) implements Comparable<ContentId> {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  /** The multicodec of a block. */
  public enum Codec {
    /** The bytes themselves (0x55). */
    RAW(0x55),
    /** A UnixFS node that links to further blocks (0x70). */
    DAG_PB(0x70);

    private final int code;

    Codec(int code) {
      this.code = code;
    }

    /**
     * The number in the multicodec table.
     *
     * @return the code
     */
    public int code() {
      return code;
    }
  }

  /** Checks the components. */
  public ContentId {
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(hash, "hash");
  }

  /**
   * The id of a block of bytes up to 256 KiB: what a whole file of that size has as its id.
   *
   * @param block the bytes
   * @return the id with codec {@link Codec#RAW}
   */
  public static ContentId ofRaw(byte[] block) {
    return new ContentId(Codec.RAW, sha256(block));
  }

  /**
   * The sha2-256 of some bytes.
   *
   * @param bytes the bytes
   * @return the hash
   */
  public static Bytes32 sha256(byte[] bytes) {
    try {
      return Bytes32.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Reads the text form. Only the one form that {@link #toString} writes: two spellings of one id
   * would be two names of one content wherever ids are compared as text.
   *
   * @param text {@code b} and lower-case base32 digits
   * @return the id
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the text when it is no CID version 1
   *     in base32 with codec raw or dag-pb and sha2-256
   */
  public static ContentId parse(String text) {
    byte[] bytes = new byte[36];
    boolean wellFormed = text.length() == 59 && text.charAt(0) == 'b';
    int buffer = 0;
    int bits = 0;
    int at = 0;
    for (int i = 1; wellFormed && i < text.length(); i++) {
      int value = ALPHABET.indexOf(text.charAt(i));
      wellFormed = value >= 0;
      buffer = (buffer << 5 | (value & 31)) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (byte) (buffer >> bits);
      }
    }
    wellFormed = wellFormed && (buffer & ((1 << bits) - 1)) == 0;
    if (wellFormed && bytes[0] == 1 && bytes[2] == 0x12 && bytes[3] == 32) {
      for (Codec codec : Codec.values()) {
        if (codec.code == bytes[1]) {
          return new ContentId(codec, Bytes32.of(bytes, 4));
        }
      }
    }
    throw new EdgeBeatException(
        ErrorCode.INVALID_ARGUMENT,
        "not a CID version 1 in base32 (raw or dag-pb, sha2-256): \""
            + (text.length() > 80 ? text.substring(0, 80) + "..." : text)
            + "\"");
  }

  /**
   * The binary form: version, codec, multihash.
   *
   * @return 36 bytes
   */
  public byte[] toBytes() {
    byte[] bytes = new byte[36];
    bytes[0] = 1;
    bytes[1] = (byte) codec.code;
    bytes[2] = 0x12;
    bytes[3] = 32;
    hash.copyTo(bytes, 4);
    return bytes;
  }

  @Override
  public int compareTo(ContentId other) {
    int byHash = hash.compareTo(other.hash);
    return byHash != 0 ? byHash : codec.compareTo(other.codec);
  }

  /** The text form: {@code b} and the binary form in lower-case base32 without padding. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(59).append('b');
    int buffer = 0;
    int bits = 0;
    for (byte b : toBytes()) {
      buffer = (buffer << 8 | (b & 0xff)) & 0xfff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(ALPHABET.charAt(buffer >> bits & 31));
      }
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt(buffer << (5 - bits) & 31));
    }
    return text.toString();
  }
}
