package io.edgebeat.api.identity;

/**
 * A value: what a {@link Signer} is asked to sign, as structured values and not only as a digest,
 * so that a hardware or policy signer can read amount and agreement, and refuse.
 */
public sealed interface SigningRequest {

  /**
   * What the signature is over.
   *
   * @return the digest
   */
  Bytes32 digest();

  /**
   * A message of the protocol, or a {@link io.edgebeat.api.ledger.Permit} for the ledger's token.
   *
   * @param domain the contract and chain: the market's for the protocol, the token's for a permit
   * @param message the record that is signed
   */
  record OfMessage(SigningDomain domain, TypedMessage message) implements SigningRequest {
    @Override
    public Bytes32 digest() {
      return message.digest(domain);
    }
  }

  /**
   * A transaction in the ledger's own format.
   *
   * @param digest the hash that the ledger's format has signed
   * @param chainId the chain it is valid on
   * @param summary what the transaction does, in one line without secrets
   */
  record OfTransaction(Bytes32 digest, long chainId, String summary) implements SigningRequest {}
}
