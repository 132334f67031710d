/** An application that is a module itself. */
module application {
  requires io.edgebeat.core;
  requires io.edgebeat.crypto.java;
}
