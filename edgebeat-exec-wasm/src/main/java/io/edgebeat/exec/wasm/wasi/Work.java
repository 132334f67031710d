package io.edgebeat.exec.wasm.wasi;

/** What the host does for a guest, in kinds that a cost table can price. */
public enum Work {
  /** One call of a host function. */
  CALL,
  /** One byte copied between the guest's memory and its host. */
  BYTE,
  /** One byte of the pseudo-random stream, beside its copy. */
  RANDOM_BYTE,
  /**
   * One step through the files: a name looked up or listed, a block of a file taken, given back or
   * looked at, a path split.
   */
  STEP
}
