package io.edgebeat.api.exec;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Workload;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A value: everything an executor needs to start one execution.
 *
 * @param id names it
 * @param workload what to run; prepared before
 * @param input what to feed it; empty for nothing
 * @param limits what it may use
 * @param hostProfile what it may see of its host
 * @param capabilities open sessions by capability name; the starter closes them after the end
 * @param unitsPerMessage how many units a message of each capability counts
 * @param leaseUntil when it ends by itself unless the lease is extended
 * @param meter asked before paid units are used
 * @param content where input is read from and output is written to
 */
public record ExecutionRequest(
    ExecutionId id,
    Workload workload,
    Optional<ContentId> input,
    ExecutionLimits limits,
    HostProfile hostProfile,
    Map<String, CapabilitySession> capabilities,
    Map<String, Long> unitsPerMessage,
    Instant leaseUntil,
    Meter meter,
    ContentStore content) {
  /** Copies the maps. */
  public ExecutionRequest {
    capabilities = Map.copyOf(capabilities);
    unitsPerMessage = Map.copyOf(unitsPerMessage);
  }
}
