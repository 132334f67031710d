package io.edgebeat.core.embedded.transport;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.testkit.PeerTransportContract;
import io.edgebeat.testkit.TransportBench;

class JvmNetworkContractTest implements PeerTransportContract {
  @Override
  public TransportBench createBench() {
    return new TransportBench() {
      private final JvmNetwork network = new JvmNetwork();

      @Override
      public PeerTransport createTransport(int node) {
        return network.transport(address(node));
      }

      @Override
      public Address address(int node) {
        byte[] bytes = new byte[20];
        bytes[19] = (byte) (node + 1);
        return Address.of(bytes);
      }

      @Override
      public PeerEndpoint anywhere() {
        return new PeerEndpoint("");
      }

      @Override
      public PeerEndpoint nowhere() {
        return new PeerEndpoint("jvm:nobody");
      }

      @Override
      public void close() {}
    };
  }
}
