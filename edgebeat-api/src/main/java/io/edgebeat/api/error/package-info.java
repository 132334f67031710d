/** Errors: one exception type, a closed list of codes and advice on what to do next. */
@NullMarked
package io.edgebeat.api.error;

import org.jspecify.annotations.NullMarked;
