package io.edgebeat.api.exec;

import io.edgebeat.api.ledger.AgreementId;

/**
 * A value: names one execution; also the label by which it is found after a restart.
 *
 * @param agreementId the agreement
 * @param taskNo the task, from 1
 */
public record ExecutionId(AgreementId agreementId, int taskNo) {
  @Override
  public String toString() {
    return agreementId + "#" + taskNo;
  }
}
