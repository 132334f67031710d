/** A seller with a weather sensor and a buyer of its readings, in one process. */
@NullMarked
package io.edgebeat.samples.weather;

import org.jspecify.annotations.NullMarked;
