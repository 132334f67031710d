package io.edgebeat.api.ledger;

import io.edgebeat.api.identity.Bytes32;
import java.util.Objects;

/**
 * A value: the id of an agreement, which is the EIP-712 digest that both parties sign.
 *
 * @param digest {@code agreement.digest(domain)}
 */
public record AgreementId(Bytes32 digest) implements Comparable<AgreementId> {
  /** Checks the components. */
  public AgreementId {
    Objects.requireNonNull(digest, "digest");
  }

  /**
   * Reads the text form.
   *
   * @param hex 64 hexadecimal digits with or without {@code 0x}
   * @return the id
   */
  public static AgreementId parse(String hex) {
    return new AgreementId(Bytes32.parse(hex));
  }

  @Override
  public int compareTo(AgreementId other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}
