/** Signatures by libsecp256k1. */
@NullMarked
package io.edgebeat.crypto.natives;

import org.jspecify.annotations.NullMarked;
