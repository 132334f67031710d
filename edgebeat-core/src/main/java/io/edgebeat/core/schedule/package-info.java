/** Filters, scores and places tasks; pure functions. */
@NullMarked
package io.edgebeat.core.schedule;

import org.jspecify.annotations.NullMarked;
