/** Drafting and checking offers; pure. */
@NullMarked
package io.edgebeat.core.negotiate;

import org.jspecify.annotations.NullMarked;
