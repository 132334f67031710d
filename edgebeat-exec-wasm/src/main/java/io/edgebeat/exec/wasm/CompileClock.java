package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentId;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Lets a compiler work for so long and no longer. A compiler cannot be stopped, so one that is late
 * is given up and keeps the one place there is until it has ended: no second one takes memory and a
 * processor beside it. How long that can be is bounded by what {@link ModuleReader} lets through.
 */
final class CompileClock {
  private final ThreadFactory threads;
  private final Duration most;
  private final Semaphore place = new Semaphore(1);

  CompileClock(ThreadFactory threads, Duration most) {
    this.threads = threads;
    this.most = most;
  }

  /**
   * Compiles on a thread of its own.
   *
   * @throws EdgeBeatException what the compiler throws; {@code WORKLOAD_REFUSED} when it is late,
   *     {@code LIMIT_EXCEEDED} when an earlier one that was late still works, {@code INTERRUPTED}
   */
  <T> T compile(ContentId image, Supplier<T> compiler) {
    long nanos = most.toNanos();
    try {
      if (!place.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        throw new EdgeBeatException(
            ErrorCode.LIMIT_EXCEEDED,
            RetryAdvice.AFTER_STATE_CHANGE,
            "another module is being compiled for more than " + most + ", so " + image + " is not",
            null);
      }
      CompletableFuture<T> result = new CompletableFuture<>();
      start(result, compiler);
      return result.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new EdgeBeatException(
          ErrorCode.WORKLOAD_REFUSED,
          RetryAdvice.NEVER,
          "compiling " + image + " takes longer than the limit of " + most,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while compiling " + image, e);
    } catch (ExecutionException | CancellationException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  private <T> void start(CompletableFuture<T> result, Supplier<T> compiler) {
    boolean started = false;
    try {
      Thread thread =
          threads.newThread(
              () -> {
                try {
                  T compiled = compiler.get();
                  place.release(); // before the result is seen: who waited may compile the next
                  result.complete(compiled);
                } catch (RuntimeException | Error e) {
                  place.release();
                  result.completeExceptionally(e);
                }
              });
      if (thread == null) {
        throw new EdgeBeatException(
            ErrorCode.EXECUTOR_FAILED, "the factory gave no thread to compile on");
      }
      thread.setName("edgebeat-wasm compiler");
      thread.setDaemon(true);
      thread.start();
      started = true;
    } finally {
      if (!started) {
        place.release();
      }
    }
  }
}
