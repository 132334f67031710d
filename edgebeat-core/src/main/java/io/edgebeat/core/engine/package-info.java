/** The vocabulary of the event-driven engine: events in, facts down, actions out. */
@NullMarked
package io.edgebeat.core.engine;

import org.jspecify.annotations.NullMarked;
