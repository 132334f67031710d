package io.edgebeat.api.task;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.StructWriter;
import io.edgebeat.api.identity.TypeHash;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import java.util.Objects;
import java.util.Optional;

/**
 * A value: the buyer's order to run one task under an agreement, signed by the voucher key. An
 * agreement can carry many tasks, one at a time.
 *
 * @param agreementId the agreement
 * @param taskNo the task, from 1
 * @param workload what to run
 * @param input what to feed it; empty for nothing
 * @param limits what it may use
 */
public record TaskOrder(
    AgreementId agreementId,
    int taskNo,
    Workload workload,
    Optional<ContentId> input,
    ExecutionLimits limits)
    implements TypedMessage {
  private static final String TYPE =
      "TaskOrder(bytes32 agreementId,uint32 taskNo,bytes32 workloadHash,bytes inputCid,"
          + "bytes32 limitsHash)";
  private static final Bytes32 TYPE_HASH = TypeHash.of(TYPE);
  private static final Bytes32 WORKLOAD_HASH =
      TypeHash.of("Workload(string type,bytes image,string entry,string arguments)");
  private static final Bytes32 LIMITS_HASH =
      TypeHash.of("Limits(uint64 memory,uint64 wallMillis,uint64 input,uint64 output,uint64 fuel)");

  /** Checks the components. */
  public TaskOrder {
    Objects.requireNonNull(agreementId, "agreementId");
    Objects.requireNonNull(workload, "workload");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(limits, "limits");
  }

  @Override
  public String typeString() {
    return TYPE;
  }

  @Override
  public Bytes32 structHash() {
    StringBuilder arguments = new StringBuilder();
    for (String argument : workload.arguments()) {
      arguments.append(argument.length()).append(':').append(argument);
    }
    return new StructWriter(TYPE_HASH, 5)
        .bytes32(agreementId.digest())
        .uint(taskNo)
        .bytes32(
            new StructWriter(WORKLOAD_HASH, 4)
                .string(workload.type())
                .bytes(workload.image().toBytes())
                .string(workload.entry().orElse(""))
                .string(arguments.toString())
                .hash())
        .bytes(input.map(ContentId::toBytes).orElse(new byte[0]))
        .bytes32(
            new StructWriter(LIMITS_HASH, 5)
                .uint(limits.memoryBytes())
                .uint(limits.wallTime().toMillis())
                .uint(limits.inputBytes())
                .uint(limits.outputBytes())
                .uint(limits.fuel())
                .hash())
        .hash();
  }
}
