/** A node: the shell that feeds events to the engine and carries out its actions. */
@NullMarked
package io.edgebeat.core.node;

import org.jspecify.annotations.NullMarked;
