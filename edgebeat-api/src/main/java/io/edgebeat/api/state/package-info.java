/** The queryable picture of a node's journal; never the truth. */
@NullMarked
package io.edgebeat.api.state;

import org.jspecify.annotations.NullMarked;
