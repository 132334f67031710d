package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.benchmarks.ProgramContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has come up in the sequences: a proof that never met something says nothing about it. */
final class Tally {
  /** Every code with which the rules refuse. */
  static final List<ErrorCode> CODES =
      List.of(
          ErrorCode.INVALID_ARGUMENT,
          ErrorCode.BAD_SIGNATURE,
          ErrorCode.INSUFFICIENT_FUNDS,
          ErrorCode.WRONG_STATE,
          ErrorCode.NOT_ALLOWED,
          ErrorCode.BAD_AMOUNT,
          ErrorCode.BAD_TIME,
          ErrorCode.DUPLICATE,
          ErrorCode.NOT_FOUND,
          ErrorCode.EXPIRED,
          ErrorCode.PAUSED,
          ErrorCode.GATE_REFUSED,
          ErrorCode.BAD_PAYMENT);

  private final Map<String, Integer> commands = new TreeMap<>();
  private final Map<String, Integer> done = new TreeMap<>();
  private final Map<String, Integer> statuses = new TreeMap<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private int calls;
  private int events;
  private int reorganisations;

  synchronized void called(LedgerCommand command, String outcome) {
    calls++;
    commands.merge(command.name(), 1, Integer::sum);
    outcomes.merge(outcome, 1, Integer::sum);
    if (outcome.equals(Side.DONE)) {
      done.merge(command.name(), 1, Integer::sum);
    }
  }

  synchronized void met(AgreementStatus status) {
    statuses.merge(status.name(), 1, Integer::sum);
  }

  synchronized void told(int count) {
    events += count;
  }

  synchronized void reorganised() {
    reorganisations++;
  }

  /**
   * Prints all, and counts as missed what was not seen often enough.
   *
   * @param least how often
   */
  synchronized void report(ProgramContext context, int least) {
    context.say("commands: " + commands);
    context.say("done: " + done);
    context.say("statuses met: " + statuses);
    context.say("outcomes: " + outcomes);
    int succeeded = outcomes.getOrDefault(Side.DONE, 0);
    context.result("calls", calls);
    context.result("done", succeeded);
    context.result("events", events);
    context.result("reorganisations", reorganisations);
    if (2 * succeeded < calls) {
      context.missed("only " + succeeded + " of " + calls + " calls succeed; half of them must");
    }
    for (Class<?> command : LedgerCommand.class.getPermittedSubclasses()) {
      seen(context, least, commands, command.getSimpleName());
      seen(context, least, done, command.getSimpleName());
    }
    Arrays.stream(AgreementStatus.values()).forEach(s -> seen(context, least, statuses, s.name()));
    CODES.forEach(code -> seen(context, least, outcomes, code.name()));
    for (String outcome : outcomes.keySet()) {
      boolean known =
          outcome.equals(Side.DONE)
              || outcome.equals(Side.ABANDONED)
              || CODES.stream().anyMatch(code -> code.name().equals(outcome));
      if (!known) {
        context.missed("the rules have no such outcome: " + outcome);
      }
    }
  }

  private static void seen(
      ProgramContext context, int least, Map<String, Integer> counts, String what) {
    int count = counts.getOrDefault(what, 0);
    if (count < least) {
      context.missed(what + " came up " + count + " times; it must " + least + " times");
    }
  }
}
