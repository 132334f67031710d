/** Sensors, actuators and accelerators that a seller sells beside computing time. */
@NullMarked
package io.edgebeat.api.capability;

import org.jspecify.annotations.NullMarked;
