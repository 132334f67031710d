package io.edgebeat.core.sim;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.core.node.SteadyClock;
import io.edgebeat.core.node.TaskRunner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * One machine of a {@link SimWorld}: its clock, its disk, its chance, and one process after the
 * other that runs on it. When a process dies, nothing of it runs any more.
 */
public final class SimHost {
  private static final long SOON_NANOS = 50_000;
  private static final long CALL_NANOS = 3_000_000;
  private static final Duration NEWS = Duration.ofMillis(500);

  private final SimWorld world;
  private final String name;
  private final InstantSource steady;
  private final SplittableRandom delays;
  private final SplittableRandom secrets;
  private SimDisk disk;
  private final Map<ExecutionId, SimExecutor.Run> executions = new HashMap<>();
  private Duration skew = Duration.ZERO;
  private long callNanos = CALL_NANOS;
  private int life;

  /**
   * A machine that is switched on.
   *
   * @param world where it stands
   * @param name for messages
   */
  public SimHost(SimWorld world, String name) {
    this.world = world;
    this.name = name;
    this.steady = new SteadyClock(clock(), world::nanos);
    // Read before anybody can set the clock: as a machine's own count of time begins with it.
    var unused = steady.instant();
    this.delays = world.chance();
    this.secrets = world.chance();
    this.disk = new SimDisk(world.chance().nextLong());
    traceDisk();
  }

  private void traceDisk() {
    disk.listener((file, bytes) -> world.trace(name + "/" + file, bytes));
  }

  /** A copy of its files as they are now. */
  public SimDisk backup() {
    return disk.copy(world.chance().nextLong());
  }

  /** Its files are those of a backup, from the next life on. */
  public void restore(SimDisk backup) {
    disk = backup;
    traceDisk();
  }

  /** Its disk. */
  public SimDisk disk() {
    return disk;
  }

  /** Its clock: the world's, and how much it is wrong. */
  public InstantSource clock() {
    return () -> world.now().plus(skew);
  }

  /** Sets the clock wrong by so much, now and from now on. */
  public void skew(Duration by) {
    skew = by;
  }

  /**
   * Lets calls of this machine's backends take longer, now and from now on.
   *
   * @param most the longest; zero for as long as usual
   */
  public void slow(Duration most) {
    callNanos = Math.max(CALL_NANOS, most.toNanos());
  }

  /** Random bytes, which the seed decides. */
  public byte[] random(int length) {
    byte[] bytes = new byte[length];
    secrets.nextBytes(bytes);
    return bytes;
  }

  /** Ends the process: what it had planned does not happen, what it had written is on the disk. */
  public void kill() {
    life++;
  }

  /** Where the work of a new process runs, until it is killed or closed. */
  public TaskRunner process() {
    return new Life(++life);
  }

  /** Whether the process that runs now is still the one that runs. */
  public BooleanSupplier living() {
    int now = life;
    return () -> life == now;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Runs something of a process; what it throws when that has died in it, nobody hears. */
  static void silencedByDeath(Runnable task, BooleanSupplier lives) {
    try {
      task.run();
    } catch (RuntimeException | Error last) {
      if (lives.getAsBoolean()) {
        throw last;
      }
    }
  }

  /** An execution that runs here, for whoever waits for its end. */
  void runs(SimExecutor.Run run) {
    executions.put(run.id(), run);
  }

  private final class Life implements TaskRunner {
    private final int born;

    Life(int born) {
      this.born = born;
    }

    private boolean lives() {
      return born == life;
    }

    private void later(long nanos, Runnable task) {
      world.after(
          nanos,
          () -> {
            if (lives()) {
              silencedByDeath(task, this::lives);
            }
          });
    }

    @Override
    public void soon(Runnable task) {
      later(delays.nextLong(SOON_NANOS), task);
    }

    @Override
    public void blocking(String what, Runnable task) {
      later(delays.nextLong(callNanos), task);
    }

    @Override
    public void after(Duration delay, Runnable task) {
      later(Math.max(0, delay.toNanos()), task);
    }

    @Override
    public void follow(String what, Predicate<Duration> step) {
      soon(
          () -> {
            if (step.test(Duration.ZERO)) {
              after(NEWS, () -> follow(what, step));
            }
          });
    }

    @Override
    public void whenEnded(Execution execution, Runnable task) {
      // By its id: somebody may have put something around it.
      SimExecutor.Run run = executions.get(execution.id());
      if (run == null) {
        throw new EdgeBeatException(
            ErrorCode.UNSUPPORTED,
            "in virtual time only a SimExecutor runs workloads, found " + execution.getClass());
      }
      run.whenEnded(() -> soon(task));
    }

    @Override
    public long nanos() {
      return world.nanos();
    }

    @Override
    public void pause(long nanos, Wait wait) {
      if (!lives()) {
        throw new EdgeBeatException(
            ErrorCode.CLOSED, name + " has died; whoever waited there is gone with it");
      }
      world.pump(nanos);
    }

    @Override
    public ThreadFactory threads() {
      return task -> {
        throw new EdgeBeatException(
            ErrorCode.UNSUPPORTED, "in virtual time there is one thread, and none to lend");
      };
    }

    @Override
    public void close() {
      if (lives()) {
        kill();
      }
    }
  }

  /** Virtual time now, by this machine's clock; never slower than time, whoever sets it back. */
  public Instant now() {
    return steady.instant();
  }
}
