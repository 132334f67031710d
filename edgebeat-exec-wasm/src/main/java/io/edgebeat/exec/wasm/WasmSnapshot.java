package io.edgebeat.exec.wasm;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import java.util.Objects;

/**
 * A value: what a frozen {@link WasmProcess} says of itself. Read and checked, but not believed:
 * that its module has come to this state, only another run of the same calls can show.
 *
 * @param id the snapshot
 * @param module the module
 * @param limits what the process may use: fuel in all its life, time and output in each call
 * @param hostProfile what it may see of its host
 * @param fuelUsed the fuel it has used in its life
 * @param memoryBytes the size of its linear memory
 */
public record WasmSnapshot(
    ContentId id,
    ContentId module,
    ExecutionLimits limits,
    HostProfile hostProfile,
    long fuelUsed,
    long memoryBytes) {
  /** Checks the components. */
  public WasmSnapshot {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(hostProfile, "hostProfile");
  }
}
