package io.edgebeat.api.identity;

import java.nio.charset.StandardCharsets;

/** Hashes an EIP-712 type string, once per type. */
public final class TypeHash {
  private TypeHash() {}

  /**
   * The type hash.
   *
   * @param typeString the encoded type
   * @return keccak-256 of its UTF-8 bytes
   */
  public static Bytes32 of(String typeString) {
    return Bytes32.of(Keccak256.hash(typeString.getBytes(StandardCharsets.UTF_8)));
  }
}
