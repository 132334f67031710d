/** What it costs an application to have EdgeBeat inside. */
@NullMarked
package io.edgebeat.benchmarks.embed;

import org.jspecify.annotations.NullMarked;
