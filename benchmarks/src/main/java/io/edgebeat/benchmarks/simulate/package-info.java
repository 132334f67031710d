/** Markets in virtual time under faults and cheats, one a seed. */
@NullMarked
package io.edgebeat.benchmarks.simulate;

import org.jspecify.annotations.NullMarked;
