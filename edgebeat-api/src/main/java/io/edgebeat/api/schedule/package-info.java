/** Choosing where a task runs; pure functions over a view of the market. */
@NullMarked
package io.edgebeat.api.schedule;

import org.jspecify.annotations.NullMarked;
