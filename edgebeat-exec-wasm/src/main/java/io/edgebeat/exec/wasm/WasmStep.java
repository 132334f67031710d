package io.edgebeat.exec.wasm;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import java.util.Objects;
import java.util.Optional;

/**
 * A value: how one call of a {@link WasmProcess} ended.
 *
 * @param outcome the outcome; its output is what the guest wrote to descriptor 1, then what the
 *     function gave, a line each
 * @param usage what this call has used; the fuel is equal on every machine
 * @param log the last of what the guest wrote to descriptor 2
 */
public record WasmStep(TaskOutcome outcome, Usage usage, Blob log) {
  /** Checks the components. */
  public WasmStep {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(usage, "usage");
    Objects.requireNonNull(log, "log");
  }

  /**
   * What came out, if anything did.
   *
   * @return the id of the output
   */
  public Optional<ContentId> output() {
    return outcome.output();
  }
}
