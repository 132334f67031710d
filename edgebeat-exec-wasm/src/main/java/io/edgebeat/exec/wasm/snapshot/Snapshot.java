package io.edgebeat.exec.wasm.snapshot;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;

/**
 * A process between two calls: all that its further results depend on.
 *
 * @param module its module
 * @param imageHash the hash of what is run of it: of the module, or of what it was lowered to
 * @param costsVersion the prices that its fuel is counted by
 * @param limits what it may use
 * @param profile what it may see of its host
 * @param fuelUsed what it has used
 * @param machine its instance
 * @param host what its host keeps for it; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Snapshot(
    ContentId module,
    Bytes32 imageHash,
    int costsVersion,
    ExecutionLimits limits,
    HostProfile profile,
    long fuelUsed,
    MachineState machine,
    byte[] host) {}
