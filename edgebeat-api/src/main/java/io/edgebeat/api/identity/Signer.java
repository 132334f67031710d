package io.edgebeat.api.identity;

/**
 * SPI: signs for one account. The key may live elsewhere: in an encrypted file, a hardware module,
 * a remote service.
 */
public interface Signer {

  /**
   * The account.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: there is nothing to
   * close.
   *
   * @return the same address for the whole life of the signer
   */
  Address address();

  /**
   * Signs. The same request gives the same signature (RFC 6979).
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code SIGNING_REFUSED} when a policy
   * says no; it goes on signing other requests. After close: there is nothing to close.
   *
   * @param request what to sign
   * @return a well-formed signature by {@link #address()}
   * @throws io.edgebeat.api.error.EdgeBeatException {@code SIGNING_REFUSED}, naming the reason
   */
  Signature sign(SigningRequest request);
}
