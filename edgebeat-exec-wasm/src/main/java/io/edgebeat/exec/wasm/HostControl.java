package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.wasi.Toll;
import io.edgebeat.exec.wasm.wasi.Work;

/** What host functions ask of the execution they serve; called by the guest's thread alone. */
interface HostControl extends Toll {
  /** Waits while the execution is paused; throws {@link GuestEnd.Stop} when it shall end. */
  void gate();

  /** Whether the guest has been asked to end by itself: then its streams end. */
  boolean isDraining();

  /** From here to {@link #endWait} the thread is in code of the node and may be interrupted. */
  void beginWait();

  /** The guest's code goes on; an interrupt that was only meant for the wait is forgotten. */
  void endWait();

  /** Free, unless the execution counts what is done for its guest. */
  @Override
  default void pay(Work work, long amount) {}
}
