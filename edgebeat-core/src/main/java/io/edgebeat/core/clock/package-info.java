/** The only place that reads the clock of the machine. */
@NullMarked
package io.edgebeat.core.clock;

import org.jspecify.annotations.NullMarked;
