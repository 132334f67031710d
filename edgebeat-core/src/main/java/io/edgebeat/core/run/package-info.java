/** Metering: units, ticks, pauses and leases; pure, and the gate at which a workload waits. */
@NullMarked
package io.edgebeat.core.run;

import org.jspecify.annotations.NullMarked;
