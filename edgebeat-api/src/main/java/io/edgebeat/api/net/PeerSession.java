package io.edgebeat.api.net;

import io.edgebeat.api.identity.Address;

/**
 * SPI: a connection to one other node whose account is proven.
 *
 * <p>Threads: calls may overlap; messages keep the order of the calls. Blocking: {@link #send} may
 * block while the other side is slow and can be interrupted. After close: {@code CLOSED}.
 */
public interface PeerSession extends AutoCloseable {

  /**
   * Who is at the other end.
   *
   * @return the account, proven at connection
   */
  Address remote();

  /**
   * Sends a message. It may be lost when the connection breaks; the sender sends it again.
   *
   * @param envelope the message
   * @throws io.edgebeat.api.error.EdgeBeatException {@code PEER_UNREACHABLE}, {@code BUSY}
   */
  void send(PeerEnvelope envelope);

  /** Closes; idempotent. */
  @Override
  void close();
}
