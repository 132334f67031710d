package io.edgebeat.spi;

import java.util.Optional;
import java.util.Set;

/**
 * SPI: the factory of one backend, found by {@code ServiceLoader} or handed to the builder.
 * Providers are tried by priority, highest first, then by class name.
 *
 * @param <T> the interface that is implemented
 */
public interface BackendProvider<T> {

  /**
   * The name by which a configuration chooses this backend; no two providers of an interface may
   * share one.
   *
   * <p>Threads: one at a time. Blocking: no. Errors: none. After close: there is nothing to close.
   *
   * @return such as {@code wasm}
   */
  String id();

  /**
   * Why it cannot work on this machine. Must be cheap and must not throw.
   *
   * <p>Threads: one at a time. Blocking: no longer than looking for a file takes. Errors: none, the
   * reason is the answer. After close: there is nothing to close.
   *
   * @return the reason and what to do, or empty when it can work
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
  default int priority() {
    return 100;
  }

  /**
   * The configuration keys it understands; any other is an error.
   *
   * <p>Threads: one at a time. Blocking: no. Errors: none. After close: there is nothing to close.
   *
   * @return the keys
   */
  default Set<String> configKeys() {
    return Set.of();
  }

  /**
   * Makes the backend.
   *
   * <p>Threads: one at a time. Blocking: may block; an interrupt ends it with {@code INTERRUPTED}
   * or lets it finish, and stays set. Errors: as listed below, and what opening its files throws;
   * after any nothing is left open. After close: there is nothing to close here; the next call
   * makes another backend, also when this one is closed.
   *
   * @param context what the node lends it
   * @return the backend; closed by the node, unless the provider says otherwise
   * @throws io.edgebeat.api.error.EdgeBeatException {@code BACKEND_UNAVAILABLE}, {@code
   *     INVALID_CONFIG_VALUE}
   */
  T create(ProviderContext context);
}
