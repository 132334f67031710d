package io.edgebeat.core.node;

import io.edgebeat.api.exec.Execution;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that makes threads: a worker a core, virtual threads for what blocks, a timer. */
public final class Threads implements TaskRunner {
  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

  /** Deep enough for a sandbox that runs deeply nested programs; only touched pages cost memory. */
  private static final long STACK_BYTES = 32L << 20;

  /** How long whoever follows something may wait at once: closing must not take longer. */
  private static final Duration NEWS = Duration.ofMillis(250);

  private final String name;
  private final AtomicLong count = new AtomicLong();
  private final ExecutorService workers;
  private final ExecutorService virtual;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * Starts the threads of one node.
   *
   * @param name the beginning of every thread's name
   * @param cores how many workers
   */
  public Threads(String name, int cores) {
    this.name = name;
    this.workers = Executors.newFixedThreadPool(Math.max(1, cores), threads());
    this.virtual =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-call-", 0).factory());
    this.timer = new ScheduledThreadPoolExecutor(1, threads());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void soon(Runnable task) {
    submit(workers, task);
  }

  @Override
  public void blocking(String what, Runnable task) {
    submit(virtual, task);
  }

  @Override
  public void after(Duration delay, Runnable task) {
    try {
      var unused =
          timer.schedule(
              () -> submit(workers, task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("{} is closing; a timer is dropped", name);
    }
  }

  @Override
  public void follow(String what, Predicate<Duration> step) {
    threads()
        .newThread(
            () -> {
              boolean goesOn = true;
              while (goesOn) {
                goesOn = step.test(NEWS);
              }
            })
        .start();
  }

  @Override
  public void listen(String what, Predicate<Duration> step) {
    blocking(
        what,
        () -> {
          boolean goesOn = true;
          while (goesOn) {
            goesOn = step.test(NEWS);
          }
        });
  }

  @Override
  public void whenEnded(Execution execution, Runnable task) {
    blocking("await", task);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void pause(long nanos, Wait wait) throws InterruptedException {
    wait.await(nanos);
  }

  @Override
  public ThreadFactory threads() {
    return task -> {
      Thread thread =
          Thread.ofPlatform()
              .daemon()
              .name(name + "-" + count.incrementAndGet())
              .stackSize(STACK_BYTES)
              .unstarted(task);
      thread.setUncaughtExceptionHandler(
          (t, e) -> LOG.error("thread {} ended by a defect", t.getName(), e));
      return thread;
    };
  }

  private void submit(ExecutorService where, Runnable task) {
    try {
      where.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException | Error defect) {
              LOG.error("a task of {} ended by a defect", name, defect);
            }
          });
    } catch (RejectedExecutionException closing) {
      LOG.debug("{} is closing; a task is dropped", name);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    virtual.shutdownNow();
    workers.shutdown();
    try {
      if (!workers.awaitTermination(2, TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
      boolean ended = virtual.awaitTermination(2, TimeUnit.SECONDS);
      if (!ended) {
        LOG.warn(
            "{}: some calls of backends did not end within 2 s after they were interrupted", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
