/** What it costs that strangers' code runs in a process of its own. */
@NullMarked
package io.edgebeat.benchmarks.child;

import org.jspecify.annotations.NullMarked;
