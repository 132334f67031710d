/** Finds and orders backends; the only place that asks the {@code ServiceLoader}. */
@NullMarked
package io.edgebeat.core.registry;

import org.jspecify.annotations.NullMarked;
