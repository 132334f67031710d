package io.edgebeat.api;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.schedule.Strategy;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A handle on the buying side of a node; not for implementation. Calls may overlap. A call that
 * waits can be interrupted: that ends the waiting, never the operation.
 */
public interface Buyer {

  /**
   * Does everything: finds the cheapest seller that fits, negotiates, opens an agreement, runs the
   * task and settles.
   *
   * @param task what to run
   * @param budget what it may cost
   * @return the task; it goes on by itself
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NO_MATCH} or {@code OVER_BUDGET} naming
   *     what no listing offers, {@code INSUFFICIENT_FUNDS}
   */
  default Task submit(TaskSpec task, Budget budget) {
    return submit(task, budget, Strategy.CHEAPEST);
  }

  /**
   * Does everything, with another idea of what makes a seller the best.
   *
   * @param task what to run
   * @param budget what it may cost
   * @param strategy what makes a seller the best
   * @return the task; it goes on by itself
   * @throws io.edgebeat.api.error.EdgeBeatException as the other {@code submit}
   */
  Task submit(TaskSpec task, Budget budget, Strategy strategy);

  /**
   * Finds listings.
   *
   * @param query which
   * @param from where to begin and how many
   * @return a page, cheapest first
   */
  Page<Listing> search(ListingQuery query, PageKey from);

  /**
   * Makes an offer for a listing.
   *
   * @param listing for which
   * @param task what is to run under it
   * @param budget what it may cost
   * @return the talks
   */
  Negotiation negotiate(Listing listing, TaskSpec task, Budget budget);

  /**
   * Opens a signed agreement on the ledger and waits until that is seen.
   *
   * @param agreement which
   * @param timeout how long to wait
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INSUFFICIENT_FUNDS}, {@code EXPIRED},
   *     {@code TRANSACTION_FAILED}, {@code TIMED_OUT}
   */
  void open(AgreementId agreement, Duration timeout);

  /**
   * Runs a task under an open agreement; one at a time.
   *
   * @param agreement which
   * @param task what to run, within the terms
   * @return the task; it goes on by itself
   * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} when another runs or none
   *     is left, {@code INVALID_ARGUMENT} naming what the terms do not allow
   */
  Task run(AgreementId agreement, TaskSpec task);

  /**
   * Asks to settle an agreement now.
   *
   * @param agreement which
   */
  void terminate(AgreementId agreement);

  /**
   * Adds to the deposit of an open agreement.
   *
   * @param agreement which
   * @param amount how much
   */
  void topUp(AgreementId agreement, Amount amount);

  /**
   * All tasks that are not over, also those from before a restart.
   *
   * @return the tasks
   */
  List<Task> tasks();

  /**
   * One task.
   *
   * @param id which
   * @return the task, empty when there is none of that id
   */
  Optional<Task> task(TaskId id);
}
