package io.edgebeat.testkit.fault;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.SignedTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A ledger that is out of reach, swallows transactions, or is late with its events or tells them
 * again, when it was told to. It never lies: what it does tell is true.
 */
public final class FaultyLedger extends LedgerDecorator {
  private static final String UNREACHABLE = "broadcast out of reach";
  private static final String SWALLOWED = "broadcast swallowed";
  private static final String UNHEARD = "broadcast done, answer lost";
  private static final String LATE = "events late";
  private static final String REPEATED = "events told twice";
  private static final String EVENTS_UNREACHABLE = "events out of reach";

  private final Faults faults;

  /**
   * Wraps a sound ledger.
   *
   * @param ledger the sound one
   * @param seed what likelihoods are drawn from
   */
  public FaultyLedger(Ledger ledger, long seed) {
    super(ledger);
    this.faults = new Faults(seed);
  }

  /**
   * The nth broadcast, from 1, ends with {@code LEDGER_UNAVAILABLE} and sends nothing.
   *
   * @param nth which
   * @return this
   */
  public FaultyLedger broadcastFails(long nth) {
    faults.at(UNREACHABLE, nth);
    return this;
  }

  /**
   * Each broadcast ends with {@code LEDGER_UNAVAILABLE} with a likelihood.
   *
   * @param likelihood in 0 .. 1
   * @return this
   */
  public FaultyLedger broadcastFails(double likelihood) {
    faults.likely(UNREACHABLE, likelihood);
    return this;
  }

  /**
   * The nth broadcast, from 1, returns as if it had sent.
   *
   * @param nth which
   * @return this
   */
  public FaultyLedger broadcastSwallowed(long nth) {
    faults.at(SWALLOWED, nth);
    return this;
  }

  /**
   * The nth broadcast, from 1, sends and then ends with {@code LEDGER_UNAVAILABLE}.
   *
   * @param nth which
   * @return this
   */
  public FaultyLedger broadcastUnheard(long nth) {
    faults.at(UNHEARD, nth);
    return this;
  }

  /**
   * The nth reading of events, from 1, gives an empty page at the place where it began.
   *
   * @param nth which
   * @return this
   */
  public FaultyLedger eventsLate(long nth) {
    faults.at(LATE, nth);
    return this;
  }

  /**
   * The nth reading that gives events, from 1, gives each of them twice, and all of them again at
   * the next reading.
   *
   * @param nth which
   * @return this
   */
  public FaultyLedger eventsRepeated(long nth) {
    faults.at(REPEATED, nth);
    return this;
  }

  /**
   * Each reading that gives events does so twice, with a likelihood.
   *
   * @param likelihood in 0 .. 1
   * @return this
   */
  public FaultyLedger eventsRepeated(double likelihood) {
    faults.likely(REPEATED, likelihood);
    return this;
  }

  /**
   * The nth reading of events, from 1, ends with {@code LEDGER_UNAVAILABLE}.
   *
   * @param nth which
   * @return this
   */
  public FaultyLedger eventsFail(long nth) {
    faults.at(EVENTS_UNREACHABLE, nth);
    return this;
  }

  /**
   * What went wrong so far.
   *
   * @return one line for each fault, in order
   */
  public List<String> happened() {
    return faults.happened();
  }

  private static EdgeBeatException unreachable(String what) {
    return new EdgeBeatException(
        ErrorCode.LEDGER_UNAVAILABLE, RetryAdvice.SAME_CALL, what + ", as the test wants it", null);
  }

  @Override
  public void broadcast(SignedTransaction transaction) {
    if (faults.strike(UNREACHABLE)) {
      throw unreachable(UNREACHABLE + ": " + transaction.id());
    }
    if (faults.strike(SWALLOWED)) {
      return;
    }
    super.broadcast(transaction);
    if (faults.strike(UNHEARD)) {
      throw unreachable(UNHEARD + ": " + transaction.id());
    }
  }

  @Override
  public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
    if (faults.strike(EVENTS_UNREACHABLE)) {
      throw unreachable(EVENTS_UNREACHABLE);
    }
    EventPage page = super.awaitEvents(from, limit, timeout);
    if (faults.strike(LATE)) {
      return new EventPage(List.of(), from, page.head());
    }
    if (!page.entries().isEmpty() && faults.strike(REPEATED)) {
      List<LedgerEntry> twice = new ArrayList<>();
      for (LedgerEntry entry : page.entries()) {
        twice.add(entry);
        twice.add(entry);
      }
      return new EventPage(twice, from, page.head());
    }
    return page;
  }
}
