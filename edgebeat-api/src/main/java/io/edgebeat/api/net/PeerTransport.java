package io.edgebeat.api.net;

import io.edgebeat.api.identity.Address;
import java.time.Duration;

/**
 * SPI: carries messages between nodes.
 *
 * <p>Threads: calls may overlap. Blocking: every call may block and can be interrupted. Errors:
 * {@code PEER_UNREACHABLE} with advice to repeat, {@code PEER_MISBEHAVED} when the other side is
 * not who it should be. After close: {@code CLOSED}.
 */
public interface PeerTransport extends AutoCloseable {

  /**
   * Opens this node's door.
   *
   * @param at where; the transport may fill in what is left open
   * @param acceptor is told of messages
   * @return the open door
   */
  PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor);

  /**
   * Connects to another node.
   *
   * @param to where it listens
   * @param expected who must be there
   * @param acceptor is told of what comes back
   * @return the connection
   */
  PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor acceptor);

  /**
   * How long a message there and back takes.
   *
   * @param to where
   * @return measured or estimated; zero when nothing is known
   */
  default Duration roundTrip(PeerEndpoint to) {
    return Duration.ZERO;
  }

  /** Closes every connection; idempotent. */
  @Override
  void close();
}
