/** The end of an agreement: what is paid, and the invoice that says what for. */
@NullMarked
package io.edgebeat.core.settle;

import org.jspecify.annotations.NullMarked;
