package io.edgebeat.core.run;

import io.edgebeat.api.market.TickUnit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Turns what an execution uses into ticks. Seconds count while it runs and not while it is held;
 * the units of messages, calls and fuel are added as they are asked for. Every task begins at a
 * tick boundary. Part of the seller's state; changed by facts only.
 */
public final class TickMeter {
  private TickUnit unit = TickUnit.seconds(1);
  private long begunBefore;
  private long begun;
  private long asked;
  private long granted;
  private Instant startedAt = Instant.EPOCH;
  private Duration held = Duration.ZERO;
  private Optional<Instant> heldSince = Optional.empty();

  /** What a tick pays for. */
  public void unit(TickUnit tickUnit) {
    unit = tickUnit;
  }

  /** A task starts to run. */
  public void started(Instant at) {
    begunBefore = begun;
    asked = 0;
    granted = 0;
    startedAt = at;
    held = Duration.ZERO;
    heldSince = Optional.empty();
  }

  /** Units were asked for. */
  public void asked(long units) {
    asked = add(asked, units);
  }

  /** Units may be used, counted from the start of the task. */
  public void granted(long total) {
    granted = total;
  }

  /** Ticks have begun, in all of the agreement. */
  public void begun(long total) {
    begun = total;
  }

  /** The execution is held, or is about to end; nothing counts from here on. */
  public void paused(Instant at) {
    if (heldSince.isEmpty()) {
      heldSince = Optional.of(at);
    }
  }

  /** The execution goes on. */
  public void resumed(Instant at) {
    heldSince.ifPresent(since -> held = held.plus(Duration.between(since, at)));
    heldSince = Optional.empty();
  }

  /** The execution was held for so long besides, and goes on. */
  public void held(Duration time) {
    held = held.plus(time);
  }

  /** Ticks begun in all of the agreement. */
  public long begun() {
    return begun;
  }

  /** Units asked for in this task. */
  public long asked() {
    return asked;
  }

  /** Units that may be used in this task. */
  public long granted() {
    return granted;
  }

  /** How long the task has run at some time, without the time it was held. */
  public Duration ran(Instant at) {
    Instant end = heldSince.orElse(at);
    Duration all = Duration.between(startedAt, end.isBefore(startedAt) ? startedAt : end);
    return all.minus(held);
  }

  /**
   * How many ticks must have begun, in all of the agreement, for what was asked until some time.
   */
  public long needed(Instant at) {
    return add(begunBefore, Math.max(1, unit.ticks(units(at))));
  }

  /**
   * How many ticks have begun, in all of the agreement, for what was asked and granted; not less
   * than those that are known to have begun.
   */
  public long usedTicks() {
    return unit.kind() == TickUnit.Kind.SECONDS
        ? begun
        : Math.max(begun, add(begunBefore, unit.ticks(Math.min(asked, granted))));
  }

  /** The units that were asked for in this task until some time. */
  public long units(Instant at) {
    return add(seconds(ran(at)), asked);
  }

  /** What is more than a long holds stays that much: an overflow would be free of charge. */
  private static long add(long a, long b) {
    long sum = a + Math.max(0, b);
    return sum < a ? Long.MAX_VALUE : sum;
  }

  /**
   * The units of this task, counted from its start, that so many ticks pay for: with time alone
   * using none of them, all that fit in; else those that were asked for.
   *
   * @param ticks ticks in all of the agreement
   */
  public long covered(long ticks) {
    if (unit.kind() == TickUnit.Kind.SECONDS) {
      return asked;
    }
    long here = Math.max(0, ticks - begunBefore);
    return here > Long.MAX_VALUE / unit.count() ? Long.MAX_VALUE : here * unit.count();
  }

  private long seconds(Duration ran) {
    return unit.kind() == TickUnit.Kind.SECONDS ? ran.toSeconds() + 1 : 0;
  }

  /**
   * How long so many ticks last.
   *
   * @param ticks how many
   * @return the time, empty when time alone uses nothing
   */
  public Optional<Duration> length(long ticks) {
    return unit.kind() == TickUnit.Kind.SECONDS
        ? Optional.of(Duration.ofSeconds(Math.max(0, ticks) * unit.count()))
        : Optional.empty();
  }

  /**
   * When the running task reaches the end of some tick by the passing of time alone.
   *
   * @param ticks ticks in all of the agreement
   * @return the time, empty when time alone uses nothing
   */
  public Optional<Instant> endOf(long ticks) {
    if (unit.kind() != TickUnit.Kind.SECONDS) {
      return Optional.empty();
    }
    long units = (ticks - begunBefore) * unit.count() - asked;
    return Optional.of(startedAt.plus(held).plusSeconds(Math.max(0, units)));
  }
}
