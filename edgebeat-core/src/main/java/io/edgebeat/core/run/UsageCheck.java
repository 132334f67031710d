package io.edgebeat.core.run;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.core.document.Documents;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The buyer's own count of a task, against which it holds what the seller says: ticks must be
 * explained by units, seconds by the time that has passed here, and fuel by what the task may use
 * and is said to have used. Part of the buyer's state; changed by facts only.
 */
public final class UsageCheck {
  /** How much faster the seller's clock may run, and be read, than this side's. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private Instant orderedAt = Instant.EPOCH;
  private long before;
  private long units;
  private Bytes32 reportHash = Bytes32.ZERO;
  private boolean disputed;

  /**
   * A task was ordered; no earlier can it have begun.
   *
   * @param at when
   * @param ticks how many ticks had begun before it, in all of the agreement
   */
  public void ordered(Instant at, long ticks) {
    orderedAt = at;
    before = ticks;
    units = 0;
  }

  /**
   * The seller has reported.
   *
   * @param report what
   * @param current whether it is about the task that was ordered last
   */
  public void reported(PeerMessage.UsageReport report, boolean current) {
    if (current) {
      units = Math.max(units, report.units());
    }
    reportHash = Documents.usageHash(report.taskNo(), report.units(), report.usage());
  }

  /** What was reported does not fit; it is not vouched for. */
  public void disputed() {
    disputed = true;
    reportHash = Bytes32.ZERO;
  }

  /** Whether this side has found that the seller's account does not fit. */
  public boolean isDisputed() {
    return disputed;
  }

  /** Names the newest report; zero when there is none, or none that this side agrees to. */
  public Bytes32 reportHash() {
    return reportHash;
  }

  /**
   * Looks at a report before it counts.
   *
   * @param report about the current task
   * @param delivered how many ticks the seller has acknowledged, in all of the agreement
   * @param unit what a tick pays for
   * @param timed whether nothing but time is counted
   * @param at the time here
   * @return what does not fit
   */
  public Optional<String> report(
      PeerMessage.UsageReport report, long delivered, TickUnit unit, boolean timed, Instant at) {
    if (report.units() < units) {
      return Optional.of(
          "task " + report.taskNo() + " had used " + units + " units, now " + report.units());
    }
    if (timed && report.units() > most(at)) {
      return Optional.of(
          "task "
              + report.taskNo()
              + " has used "
              + report.units()
              + " s by the seller's count, at most "
              + most(at)
              + " s have passed");
    }
    return ticks(delivered, unit, report.units());
  }

  /**
   * Looks at a report of a task under which nothing but messages with its buyer is counted.
   *
   * @param report about the task
   * @param most how many there can have been, by the count of this side
   * @return what does not fit
   */
  public static Optional<String> talked(PeerMessage.UsageReport report, long most) {
    return report.units() <= most
        ? Optional.empty()
        : Optional.of(
            "task "
                + report.taskNo()
                + " has exchanged "
                + report.units()
                + " messages by the seller's count, at most "
                + most
                + " by this side's");
  }

  /**
   * Looks at a number of ticks before it counts: at an acknowledgement by time alone, at the end by
   * what was reported.
   *
   * @param ticks in all of the agreement
   * @param unit what a tick pays for
   * @param timed whether nothing but time is counted
   * @param over whether the task has ended
   * @param at the time here
   * @return what does not fit
   */
  public Optional<String> ticks(
      long ticks, TickUnit unit, boolean timed, boolean over, Instant at) {
    if (over) {
      return ticks(ticks, unit, units);
    }
    return timed ? ticks(ticks, unit, most(at)) : Optional.empty();
  }

  /**
   * Looks at a report of fuel: no task can use more than its limit.
   *
   * @param report about the current task
   * @param limit the most that the task may use
   * @return what does not fit
   */
  public static Optional<String> beyond(PeerMessage.UsageReport report, long limit) {
    return report.units() <= limit
        ? Optional.empty()
        : Optional.of(
            "task "
                + report.taskNo()
                + " has used "
                + report.units()
                + " units of fuel, its limit is "
                + limit);
  }

  /**
   * Looks at the end of a task that is paid by its fuel, after the last report: what is billed of a
   * program that came to an end of its own is what it used, which whoever runs it again finds too.
   * One that was stopped may have asked for fuel that it never got.
   *
   * @param end of the current task
   * @return what does not fit
   */
  public Optional<String> fuel(PeerMessage.TaskEnded end) {
    boolean ownEnd =
        switch (end.outcome()) {
          case TaskOutcome.Completed o -> true;
          case TaskOutcome.Exited o -> true;
          case TaskOutcome.Trapped o -> true;
          case TaskOutcome.OutOfFuel o -> true;
          default -> false;
        };
    return !ownEnd || units == end.usage().fuel()
        ? Optional.empty()
        : Optional.of(
            units + " units are billed, the task has used " + end.usage().fuel() + " of fuel");
  }

  private Optional<String> ticks(long ticks, TickUnit unit, long explained) {
    long most = Math.max(1, unit.ticks(explained));
    return ticks - before <= most
        ? Optional.empty()
        : Optional.of(
            (ticks - before)
                + " ticks are said to be used, "
                + explained
                + " units explain only "
                + most);
  }

  private long most(Instant at) {
    return Duration.between(orderedAt, at).plus(TOLERANCE).toSeconds() + 1;
  }
}
