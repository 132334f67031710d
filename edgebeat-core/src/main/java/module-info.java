/** The engine of EdgeBeat and the embedded backends. */
module io.edgebeat.core {
  requires transitive io.edgebeat.api;
  requires org.slf4j;
  requires jdk.jfr;
  requires tools.jackson.core;

  exports io.edgebeat;

  uses io.edgebeat.spi.ContentStoreProvider;
  uses io.edgebeat.spi.ExecutorProvider;
  uses io.edgebeat.spi.LedgerProvider;
  uses io.edgebeat.spi.PeerTransportProvider;
  uses io.edgebeat.spi.SignatureBackendProvider;
  uses io.edgebeat.spi.StateIndexProvider;
}
