package io.edgebeat.spi;

import io.edgebeat.api.identity.SignatureBackend;
import java.util.Optional;

/** SPI: makes signature checks. Has no context: whoever signs needs it before there is a node. */
public interface SignatureBackendProvider {

  /**
   * The name by which a configuration chooses it.
   *
   * <p>Threads: one at a time. Blocking: no. Errors: none. After close: there is nothing to close.
   *
   * @return such as {@code native}
   */
  String id();

  /**
   * Why it cannot work on this machine. Must not throw.
   *
   * <p>Threads: one at a time. Blocking: as long as loading a native library takes. Errors: none,
   * the reason is the answer. After close: there is nothing to close.
   *
   * @return the reason, or empty when it can work
   */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /**
   * Which of several is taken when none is named.
   *
   * <p>Threads: one at a time. Blocking: no. Errors: none. After close: there is nothing to close.
   *
   * @return the highest wins; 0 for a fallback
   */
  int priority();

  /**
   * Makes the backend.
   *
   * <p>Threads: one at a time. Blocking: as long as loading a native library takes. Errors: {@code
   * BACKEND_UNAVAILABLE} when {@link #unavailable} says why. After close: there is nothing to
   * close.
   *
   * @return the backend
   */
  SignatureBackend create();
}
