package io.edgebeat.api.identity;

import java.util.Objects;

/**
 * A value: a message and a signature of it. That the signature is right is for the receiver to
 * check.
 *
 * @param message what was signed
 * @param signature the signature
 * @param <T> the kind of message
 */
public record Signed<T extends TypedMessage>(T message, Signature signature) {
  /** Checks the components. */
  public Signed {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(signature, "signature");
  }
}
