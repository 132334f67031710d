package io.edgebeat.api.exec;

import java.util.Set;

/**
 * A value: what an executor can do.
 *
 * @param workloadTypes the types it runs, such as {@code wasm}
 * @param isolation how a workload is kept apart, for people: {@code in-process sandbox}, {@code
 *     container}
 * @param lease whether it ends an execution whose lease is over also when the node is dead; without
 *     it a seller's maximum loss is the deposit
 * @param deterministic whether equal input gives an equal result and fuel on every machine
 * @param fuel whether it counts fuel and holds an execution that has used what {@link Meter#fuel}
 *     has let it use; without it no fuel is sold
 * @param selfTest what its self-test found, {@code ok} or a reason
 */
public record ExecutorInfo(
    Set<String> workloadTypes,
    String isolation,
    boolean lease,
    boolean deterministic,
    boolean fuel,
    String selfTest) {
  /** Copies the set. */
  public ExecutorInfo {
    workloadTypes = Set.copyOf(workloadTypes);
  }

  /**
   * An executor that sells no fuel.
   *
   * @param workloadTypes the types it runs
   * @param isolation how a workload is kept apart
   * @param lease whether leases are kept when the node is dead
   * @param deterministic whether equal input gives an equal result
   * @param selfTest what its self-test found
   */
  public ExecutorInfo(
      Set<String> workloadTypes,
      String isolation,
      boolean lease,
      boolean deterministic,
      String selfTest) {
    this(workloadTypes, isolation, lease, deterministic, false, selfTest);
  }
}
