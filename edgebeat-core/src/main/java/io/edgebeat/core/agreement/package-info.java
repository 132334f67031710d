/**
 * The one transition table of an agreement, its money rules, and the two sides that follow them.
 */
@NullMarked
package io.edgebeat.core.agreement;

import org.jspecify.annotations.NullMarked;
