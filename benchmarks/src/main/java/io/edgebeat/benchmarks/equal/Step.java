package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.ledger.LedgerCommand;
import java.util.function.Function;

/** One step of a sequence. It says all it needs, so that any steps can be left out. */
sealed interface Step {
  /** What a call is about when it is about no deal. */
  int NO_DEAL = -1;

  /** Calls from here on are in a new block, so many seconds later. */
  record Block(long seconds) implements Step {}

  /**
   * A call.
   *
   * @param by who sends it
   * @param deal the deal whose status it meets, or {@link #NO_DEAL}
   * @param command makes it for one of the ledgers
   * @param given false when it is signed and then given back
   * @param text what it is
   */
  record Send(
      Actor by, int deal, Function<Scene, LedgerCommand> command, boolean given, String text)
      implements Step {
    @Override
    public String toString() {
      return "Send[" + by + (given ? " " : " gives back ") + text + "]";
    }
  }

  /**
   * The newest blocks go, and what was in them is sent again.
   *
   * @param depth how many, if as many can
   * @param order 0 to send in the same order, else draws another one of the senders
   */
  record Reorg(int depth, long order) implements Step {}

  /** The platform pauses new agreements, or no longer. */
  record Pause(boolean on) implements Step {}
}
