/** Messages between two nodes and what carries them. */
@NullMarked
package io.edgebeat.api.net;

import org.jspecify.annotations.NullMarked;
