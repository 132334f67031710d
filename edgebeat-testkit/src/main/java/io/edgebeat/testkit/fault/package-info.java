/** Backends that fail as they were told: each wraps a sound one. */
@NullMarked
package io.edgebeat.testkit.fault;

import org.jspecify.annotations.NullMarked;
