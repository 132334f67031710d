package io.edgebeat.api.capability;

import io.edgebeat.api.ledger.AgreementId;

/**
 * A value: the right of one task to use one capability.
 *
 * @param agreementId the agreement whose terms name the capability
 * @param taskNo the task, from 1
 * @param capability the capability's name
 */
public record Grant(AgreementId agreementId, int taskNo, String capability) {}
