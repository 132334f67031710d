package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;

/** Who takes part. */
enum Actor {
  /** Buys, and is rich. */
  RICH_BUYER,
  /** Buys, and has little. */
  POOR_BUYER,
  /** Sells. */
  SELLER,
  /** Sells as well. */
  OTHER_SELLER,
  /** Is in no agreement. */
  STRANGER,
  /** Signs vouchers, and sends now and then, which a voucher key has no right to. */
  KEY;

  @SuppressWarnings("ImmutableEnumChecker") // nothing of it changes
  private final KeySigner signer = Keys.of(name());

  KeySigner signer() {
    return signer;
  }

  Address address() {
    return signer.address();
  }
}
