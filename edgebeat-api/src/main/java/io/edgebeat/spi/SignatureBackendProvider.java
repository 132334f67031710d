package io.edgebeat.spi;

import io.edgebeat.api.identity.SignatureBackend;
import java.util.Optional;

/**
 * SPI: makes signature checks. Has no context: whoever signs needs it before there is a node.
 *
 * <p>Threads: one at a time. Blocking: {@link #create} may load a native library.
 */
public interface SignatureBackendProvider {

  /**
   * The name by which a configuration chooses it.
   *
   * @return such as {@code native}
   */
  String id();

  /**
   * Why it cannot work on this machine. Must not throw.
   *
   * @return the reason, or empty when it can work
   */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

  /**
   * Which of several is taken when none is named.
   *
   * @return the highest wins; 0 for a fallback
   */
  int priority();

  /**
   * Makes the backend.
   *
   * @return the backend
   */
  SignatureBackend create();
}
