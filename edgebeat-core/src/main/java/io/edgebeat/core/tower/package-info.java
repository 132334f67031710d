/** The watchtower: claims for a seller that does not look, and can take nothing itself. */
@NullMarked
package io.edgebeat.core.tower;

import org.jspecify.annotations.NullMarked;
