package io.edgebeat.api.net;

/** SPI: a node's open door. Threads: calls may overlap. */
public interface PeerServer extends AutoCloseable {

  /**
   * Where it listens, as a listing tells it.
   *
   * @return the endpoint, with the port that was chosen
   */
  PeerEndpoint endpoint();

  /** Stops listening; idempotent. */
  @Override
  void close();
}
