package io.edgebeat.exec.wasm.wasi;

/**
 * What a guest pays for the work of its host, before the work is done. Called by the guest's thread
 * alone. The amounts are equal on every machine.
 */
@FunctionalInterface
public interface Toll {
  /** Everything is free. */
  Toll FREE = (work, amount) -> {};

  /**
   * Takes the price; whoever cannot pay is ended by an unchecked exception.
   *
   * @param work what will be done
   * @param amount how often
   */
  void pay(Work work, long amount);
}
