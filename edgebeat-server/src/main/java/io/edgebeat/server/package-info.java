/** EdgeBeat as a program. */
@NullMarked
package io.edgebeat.server;

import org.jspecify.annotations.NullMarked;
