/** Messages between nodes of one JVM. */
@NullMarked
package io.edgebeat.core.embedded.transport;

import org.jspecify.annotations.NullMarked;
