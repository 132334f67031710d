package io.edgebeat.api.task;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.storage.ContentId;
import java.util.List;
import java.util.Optional;

/**
 * A value: what one agreement cost and what for. Versioned canonical JSON; both parties sign its
 * sha2-256 in the settlement, so it holds nothing that only one of them knows.
 *
 * @param agreementId the agreement
 * @param buyer who paid
 * @param seller who was paid
 * @param deposit what the channel was funded with
 * @param topUps what was added later
 * @param feeEscrowed the fee that was escrowed
 * @param setup what was paid for setting up
 * @param tickAmount what one tick cost
 * @param ticks how many ticks were paid
 * @param paid what the seller gets in all
 * @param fee what the platform gets: the smaller of the escrowed fee and {@code paid}
 * @param refunded what the buyer gets back
 * @param lines one line a task
 */
public record Invoice(
    AgreementId agreementId,
    Address buyer,
    Address seller,
    Amount deposit,
    Amount topUps,
    Amount feeEscrowed,
    Amount setup,
    Amount tickAmount,
    long ticks,
    Amount paid,
    Amount fee,
    Amount refunded,
    List<Line> lines) {

  /** Copies the list. */
  public Invoice {
    lines = List.copyOf(lines);
  }

  /**
   * A value: one task of an agreement.
   *
   * @param taskNo the task, from 1
   * @param image what ran
   * @param outcome how it ended, in one word such as {@code Completed}
   * @param result what came out
   * @param usage what it used, as the seller counted
   */
  public record Line(
      int taskNo, ContentId image, String outcome, Optional<ContentId> result, Usage usage) {}
}
