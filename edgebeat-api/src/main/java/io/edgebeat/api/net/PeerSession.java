package io.edgebeat.api.net;

import io.edgebeat.api.identity.Address;

/** SPI: a connection to one other node whose account is proven. */
public interface PeerSession extends AutoCloseable {

  /**
   * Who is at the other end.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return the account, proven at connection
   */
  Address remote();

  /**
   * Sends a message. It may be lost when the connection breaks; the sender sends it again.
   *
   * <p>Threads: calls may overlap; the messages of one thread keep their order. Blocking: while the
   * other side is slow; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and stays
   * set. Errors: {@code PEER_UNREACHABLE} when the connection is broken, {@code BUSY} when the
   * other side takes no more for now; the message may have arrived nevertheless. After close:
   * {@code CLOSED}, also when the transport is closed.
   *
   * @param envelope the message
   * @throws io.edgebeat.api.error.EdgeBeatException {@code PEER_UNREACHABLE}, {@code BUSY}
   */
  void send(PeerEnvelope envelope);

  /**
   * Closes; idempotent.
   *
   * <p>Threads: at any time. Blocking: no, what the other side has not taken yet is lost. Errors:
   * none. After close: nothing happens.
   */
  @Override
  void close();
}
