package io.edgebeat.spi;

import io.edgebeat.api.net.PeerTransport;

/** SPI: makes a transport. */
public interface PeerTransportProvider extends BackendProvider<PeerTransport> {}
