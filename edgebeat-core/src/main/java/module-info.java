/** The engine of EdgeBeat and the embedded backends. */
module io.edgebeat.core {
  requires transitive io.edgebeat.api;
  requires org.slf4j;
  requires tools.jackson.core;
}
