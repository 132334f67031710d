/**
 * The weather demo: a seller's sandbox works through a weather record and a thermometer's readings,
 * while the buyer pays as it goes.
 */
@NullMarked
package io.edgebeat.samples.weather;

import org.jspecify.annotations.NullMarked;
