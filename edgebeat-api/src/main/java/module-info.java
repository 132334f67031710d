/**
 * What an application and a backend author see of EdgeBeat.
 *
 * <p>A package is exported with its first type.
 */
module io.edgebeat.api {
  requires static transitive org.jspecify;
}
