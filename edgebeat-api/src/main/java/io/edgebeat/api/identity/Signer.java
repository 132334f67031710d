package io.edgebeat.api.identity;

/**
 * SPI: signs for one account. The key may live elsewhere: in an encrypted file, a hardware module,
 * a remote service.
 *
 * <p>Threads: calls may overlap. Blocking: {@link #sign} may block and can be interrupted. Errors:
 * {@code SIGNING_REFUSED} when a policy says no. After close: there is nothing to close.
 */
public interface Signer {

  /**
   * The account.
   *
   * @return the same address for the whole life of the signer
   */
  Address address();

  /**
   * Signs. The same request gives the same signature (RFC 6979).
   *
   * @param request what to sign
   * @return a well-formed signature by {@link #address()}
   * @throws io.edgebeat.api.error.EdgeBeatException {@code SIGNING_REFUSED}, naming the reason
   */
  Signature sign(SigningRequest request);
}
