package io.edgebeat.api.net;

/** SPI: a node's open door. */
public interface PeerServer extends AutoCloseable {

  /**
   * Where it listens, as a listing tells it.
   *
   * <p>Threads: calls may overlap. Blocking: no. Errors: none. After close: answers as before.
   *
   * @return the endpoint, with the port that was chosen
   */
  PeerEndpoint endpoint();

  /**
   * Stops listening; idempotent.
   *
   * <p>Threads: at any time. Blocking: no. Errors: none. After close: nothing happens, also once
   * the transport is closed.
   */
  @Override
  void close();
}
