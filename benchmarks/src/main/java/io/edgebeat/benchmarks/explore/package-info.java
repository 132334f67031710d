/**
 * Visits every reachable state of a small market, with the real rules and deciders, and checks in
 * each what the protocol promises.
 */
@NullMarked
package io.edgebeat.benchmarks.explore;

import org.jspecify.annotations.NullMarked;
