package io.edgebeat.benchmarks.wasm;

import java.util.List;

/**
 * A value: a module made of a seed, and what is done with it.
 *
 * @param seed makes it again
 * @param module its bytes
 * @param calls what is called, one after the other, on one instance
 * @param fuel how much there is for all of them
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Generated(long seed, byte[] module, List<Call> calls, long fuel) {

  /**
   * A call.
   *
   * @param function an exported one
   * @param arguments raw bits
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Call(String function, long[] arguments) {}

  /** Another module, of which the same is done. */
  Generated with(byte[] other) {
    return new Generated(seed, other, calls, fuel);
  }
}
