package io.edgebeat.api.net;

import io.edgebeat.api.identity.Address;
import java.time.Duration;

/** SPI: carries messages between nodes. */
public interface PeerTransport extends AutoCloseable {

  /**
   * Opens this node's door.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code DUPLICATE} when somebody listens
   * there already. After close: {@code CLOSED}.
   *
   * @param at where; the transport may fill in what is left open
   * @param acceptor is told of messages
   * @return the open door
   */
  PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor);

  /**
   * Connects to another node.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code PEER_UNREACHABLE} naming the
   * endpoint, with advice to repeat; {@code PEER_MISBEHAVED} naming the account that is not there.
   * After close: {@code CLOSED}.
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
   * <p>Threads: calls may overlap. Blocking: no, nothing is sent. Errors: none. After close:
   * answers as before.
   *
   * @param to where
   * @return measured or estimated; zero when nothing is known
   */
  default Duration roundTrip(PeerEndpoint to) {
    return Duration.ZERO;
  }

  /**
   * Closes every connection; idempotent.
   *
   * <p>Threads: at any time. Blocking: no, it does not wait for the other sides. Errors: none.
   * After close: nothing happens.
   */
  @Override
  void close();
}
