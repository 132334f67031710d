/** The unit of work: what to run, what it may cost, how it ended. */
@NullMarked
package io.edgebeat.api.task;

import org.jspecify.annotations.NullMarked;
