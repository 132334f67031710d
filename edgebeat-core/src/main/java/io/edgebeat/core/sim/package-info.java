/** The simulated world: what stands in for clock, network and disk so that a seed decides all. */
@NullMarked
package io.edgebeat.core.sim;

import org.jspecify.annotations.NullMarked;
