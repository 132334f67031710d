package io.edgebeat.api.identity;

/**
 * A value that can be signed by EIP-712. Each record that is signed implements it; a signer that
 * wants to understand what it signs looks at the record itself.
 */
public interface TypedMessage {

  /**
   * The encoded type, such as {@code Voucher(bytes32 agreementId,...)}.
   *
   * @return the type string that is hashed into the signature
   */
  String typeString();

  /**
   * The hash of type and fields.
   *
   * @return {@code hashStruct} of EIP-712
   */
  Bytes32 structHash();

  /**
   * The digest that is signed.
   *
   * @param domain the contract and chain the signature is for
   * @return {@code keccak256(0x1901 || separator || structHash)}
   */
  default Bytes32 digest(SigningDomain domain) {
    return digest(domain.separator());
  }

  /**
   * The digest that is signed, with a separator computed before.
   *
   * @param separator {@link SigningDomain#separator()}
   * @return {@code keccak256(0x1901 || separator || structHash)}
   */
  default Bytes32 digest(Bytes32 separator) {
    byte[] bytes = new byte[66];
    bytes[0] = 0x19;
    bytes[1] = 0x01;
    separator.copyTo(bytes, 2);
    structHash().copyTo(bytes, 34);
    return Bytes32.of(Keccak256.hash(bytes));
  }
}
