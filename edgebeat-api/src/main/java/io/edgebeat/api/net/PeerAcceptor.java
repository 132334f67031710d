package io.edgebeat.api.net;

/** Implemented by the engine: is told of connections and messages. Must return quickly. */
public interface PeerAcceptor {

  /**
   * A message came.
   *
   * @param session on which connection; answers may go back on it
   * @param envelope the message
   */
  void received(PeerSession session, PeerEnvelope envelope);
}
