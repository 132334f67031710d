/** What one check costs, beside others that compute the same: a digest, a signature, a tick. */
@NullMarked
package io.edgebeat.benchmarks.check;

import org.jspecify.annotations.NullMarked;
