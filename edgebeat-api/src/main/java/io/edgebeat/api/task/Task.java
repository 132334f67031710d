package io.edgebeat.api.task;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * A handle on one task of this buyer; not for implementation. Calls may overlap. A call that waits
 * can be interrupted or time out: that ends the waiting, never the task.
 */
public interface Task {

  /**
   * Names the task, also after a restart.
   *
   * @return its id
   */
  TaskId id();

  /**
   * Where it is.
   *
   * @return the state now
   */
  TaskState state();

  /**
   * The agreement it runs under.
   *
   * @return the agreement, empty before both have signed
   */
  Optional<AgreementId> agreement();

  /**
   * Waits until the task is over and its money is settled at FINAL.
   *
   * @param timeout how long to wait
   * @return how it ended
   * @throws io.edgebeat.api.error.EdgeBeatException {@code TIMED_OUT} or {@code INTERRUPTED} when
   *     the waiting ended first; the code of the failure when the task never got into contract
   */
  TaskOutcome await(Duration timeout);

  /**
   * How it ended.
   *
   * @return the outcome, empty while it is not known, and of a task that never got into contract:
   *     why not is what {@link #await} throws
   */
  Optional<TaskOutcome> outcome();

  /**
   * Opens the output, verified against its id.
   *
   * @return the bytes; the caller closes the stream
   * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} while there is none
   */
  InputStream result();

  /**
   * What its program and this buyer say to one another while it runs.
   *
   * @return the channel, the same at every call
   */
  TaskChannel channel();

  /** Asks to stop it; what was begun is paid. Idempotent. */
  void cancel();

  /**
   * What it has used, as the seller counts.
   *
   * @return the usage so far
   */
  Usage usage();

  /**
   * What was paid so far for the agreement of this task.
   *
   * @return the value of everything revealed
   */
  Amount spent();

  /**
   * How many ticks were paid so far for the agreement of this task.
   *
   * @return ticks revealed
   */
  long ticks();

  /**
   * The most this buyer can lose if the seller is dishonest, by the terms.
   *
   * @return the amount, zero before there are terms
   */
  Amount maximumLoss();

  /**
   * The invoice.
   *
   * @return the invoice
   * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} before the agreement is
   *     settled
   */
  Invoice invoice();

  /**
   * The evidence of the agreement that this task runs under; see {@code EdgeBeatNode.proof}.
   *
   * @return the proof bundle
   * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} when nothing was offered
   *     yet, {@code CLOSED}
   */
  byte[] proof();
}
