package io.edgebeat.testkit;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerTransport;

/**
 * Nodes that can reach one another, as {@link PeerTransportContract} needs them. Implemented by the
 * tests of a backend.
 */
public interface TransportBench extends AutoCloseable {

  /**
   * Makes the transport of a node.
   *
   * @param node which, from 0
   * @return a new transport, which the test closes
   */
  PeerTransport createTransport(int node);

  /**
   * Who a node is.
   *
   * @param node which, from 0
   * @return its account, which its transport proves
   */
  Address address(int node);

  /**
   * Where a node may listen when the transport is to choose the rest.
   *
   * @return such as an empty text, or a host with port 0
   */
  PeerEndpoint anywhere();

  /**
   * Where nobody listens.
   *
   * @return a well-formed endpoint
   */
  PeerEndpoint nowhere();

  @Override
  void close();
}
