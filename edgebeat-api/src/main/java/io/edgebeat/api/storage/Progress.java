package io.edgebeat.api.storage;

/** Application call: is told how far a long transfer has come. Must return quickly. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (done, total) -> {};

  /**
   * Some bytes went through.
   *
   * @param doneBytes bytes so far
   * @param totalBytes bytes in all, or -1 when not known yet
   */
  void advanced(long doneBytes, long totalBytes);
}
