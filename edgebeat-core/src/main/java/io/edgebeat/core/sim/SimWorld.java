package io.edgebeat.core.sim;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * A world of virtual time: everything that happens is an event of one queue, taken by one thread in
 * an order that the seed decides. The same seed and the same calls give the same world, whatever
 * the machine, the time zone or the hash seeds of the JVM.
 *
 * <p>Not thread-safe: one thread calls, and everything runs on it. Whoever waits for something runs
 * the events until it has come.
 */
public final class SimWorld {
  /** When virtual time begins. */
  public static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private final SplittableRandom random;
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final List<Runnable> checks = new ArrayList<>();
  private final MessageDigest trace;
  private long nanos;
  private long scheduled;
  private long steps;

  /** Ties are broken by the seed, so that what is ready at the same time runs in any order. */
  private record Due(long at, long draw, long number, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(at, other.at);
      int byDraw = byTime != 0 ? byTime : Long.compare(draw, other.draw);
      return byDraw != 0 ? byDraw : Long.compare(number, other.number);
    }
  }

  /**
   * A world in which nothing has happened.
   *
   * @param seed decides everything that is left to chance
   */
  public SimWorld(long seed) {
    random = new SplittableRandom(seed);
    try {
      trace = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Chance for one purpose, which does not shift what is drawn for others. */
  public SplittableRandom chance() {
    return random.split();
  }

  /** Virtual time now. */
  public Instant now() {
    return BEGIN.plusNanos(nanos);
  }

  /** The clock of this world. */
  public InstantSource clock() {
    return this::now;
  }

  /** Nanoseconds since the world began. */
  public long nanos() {
    return nanos;
  }

  /** How many events have been taken. */
  public long steps() {
    return steps;
  }

  /**
   * Lets something happen later.
   *
   * @param delay how much virtual time from now
   * @param task what happens
   */
  public void after(Duration delay, Runnable task) {
    after(Math.max(0, delay.toNanos()), task);
  }

  void after(long delayNanos, Runnable task) {
    queue.add(new Due(nanos + delayNanos, random.nextLong(), scheduled++, task));
  }

  /** Lets something be called after every event; it throws to end the run. */
  public void check(Runnable invariant) {
    checks.add(invariant);
  }

  /** Writes something down in the trace, which {@link #traceHash} sums up. */
  public void trace(String what, byte[] bytes) {
    trace.update(Long.toString(nanos).getBytes(StandardCharsets.US_ASCII));
    trace.update(what.getBytes(StandardCharsets.UTF_8));
    trace.update(bytes);
  }

  /** A hash of everything written down so far. */
  public String traceHash() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) trace.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of the JDK can be cloned", e);
    }
  }

  /**
   * Takes the next event if it is due soon enough; otherwise lets that much time pass.
   *
   * @param atMostNanos how far time may move
   * @return whether an event was taken
   */
  boolean step(long atMostNanos) {
    Due next = queue.peek();
    long limit = nanos + Math.max(0, atMostNanos);
    if (next == null || next.at > limit) {
      nanos = limit;
      return false;
    }
    queue.remove();
    nanos = Math.max(nanos, next.at);
    steps++;
    next.task.run();
    checks.forEach(Runnable::run);
    return true;
  }

  /**
   * Runs the world for a while.
   *
   * @param time how much virtual time
   */
  public void run(Duration time) {
    runUntil(() -> false, time);
  }

  /**
   * Runs the world until something has come.
   *
   * @param reached looked at after every event
   * @param atMost how much virtual time to give it
   * @return whether it has come
   */
  public boolean runUntil(BooleanSupplier reached, Duration atMost) {
    long end = nanos + atMost.toNanos();
    while (!reached.getAsBoolean()) {
      if (nanos >= end) {
        return false;
      }
      var unused = step(end - nanos);
    }
    return true;
  }

  /**
   * Runs the world for a caller that waits.
   *
   * @throws EdgeBeatException {@code NOTHING_LEFT} when nothing is left that could happen
   */
  void pump(long atMostNanos) {
    if (queue.isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.NOTHING_LEFT,
          "nothing is left in this world of virtual time that could complete this call");
    }
    var unused = step(atMostNanos);
  }
}
