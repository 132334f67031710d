package io.edgebeat.samples.weather;

import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.MaximumLoss;
import java.util.List;

/**
 * How a fault ended.
 *
 * @param bought the agreement that brought the right result in the end
 * @param journals the directories of the nodes among which its two sides are
 * @param spoiled what the ledger says of the agreement in which it went wrong; may be the same
 * @param printed what the offer of that one had printed
 * @param loser who was to be cheated
 * @param lost how much that one has lost
 * @param bound which of the printed amounts that must stay below
 * @param story what happened, in plain words
 */
record Ending(
    Settled bought,
    List<String> journals,
    AgreementRecord spoiled,
    MaximumLoss printed,
    String loser,
    Amount lost,
    Amount bound,
    List<String> story) {

  /** Checks the loss. */
  Ending {
    Settled.require(
        lost.compareTo(bound) <= 0,
        "the " + loser + " has lost " + lost + ", the offer had printed at most " + bound);
  }

  /** Explains it. */
  void tell(Display display) {
    display.step("what went wrong, and what it cost");
    story.forEach(display::detail);
    display.detail("agreement " + spoiled.id() + " on the ledger:");
    display.detail(
        "  paid "
            + spoiled.paid()
            + " + fee "
            + spoiled.feePaid()
            + " + refunded "
            + spoiled.refunded()
            + " = deposit "
            + spoiled.paid().plus(spoiled.feePaid()).plus(spoiled.refunded()));
    display.detail("its offer had printed: " + printed);
    display.detail("the " + loser + " has lost " + lost + ", which is at most " + bound);
  }
}
