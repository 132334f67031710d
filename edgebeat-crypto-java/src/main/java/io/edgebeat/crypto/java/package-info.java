/** Signatures in pure Java. */
@NullMarked
package io.edgebeat.crypto.java;

import org.jspecify.annotations.NullMarked;
