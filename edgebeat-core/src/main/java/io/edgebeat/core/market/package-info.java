/** The live listings of the market: the index that is searched, trust, and the embedded view. */
@NullMarked
package io.edgebeat.core.market;

import org.jspecify.annotations.NullMarked;
