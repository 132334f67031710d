/** What an application and a backend author see of EdgeBeat. */
module io.edgebeat.api {
  requires static transitive org.jspecify;

  exports io.edgebeat.api;
  exports io.edgebeat.api.capability;
  exports io.edgebeat.api.error;
  exports io.edgebeat.api.exec;
  exports io.edgebeat.api.identity;
  exports io.edgebeat.api.ledger;
  exports io.edgebeat.api.market;
  exports io.edgebeat.api.net;
  exports io.edgebeat.api.schedule;
  exports io.edgebeat.api.state;
  exports io.edgebeat.api.storage;
  exports io.edgebeat.api.task;
  exports io.edgebeat.spi;
}
