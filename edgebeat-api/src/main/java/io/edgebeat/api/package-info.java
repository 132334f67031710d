/** The handles an application holds. */
@NullMarked
package io.edgebeat.api;

import org.jspecify.annotations.NullMarked;
