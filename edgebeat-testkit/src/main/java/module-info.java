/** What tests of backends and applications need: contracts, doubles that fail, one clock. */
module io.edgebeat.testkit {
  requires static java.compiler;
  requires transitive io.edgebeat.api;
  requires static transitive org.junit.jupiter.api;
  requires static org.assertj.core;

  exports io.edgebeat.testkit;
  exports io.edgebeat.testkit.fault;
}
