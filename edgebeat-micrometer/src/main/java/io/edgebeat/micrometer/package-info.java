/** Meters of a node for a Micrometer registry. */
@org.jspecify.annotations.NullMarked
package io.edgebeat.micrometer;
