/** The contracts that every backend must pass, and what their tests share. */
@NullMarked
package io.edgebeat.testkit;

import org.jspecify.annotations.NullMarked;
