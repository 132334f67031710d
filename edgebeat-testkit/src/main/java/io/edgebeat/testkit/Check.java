package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the contracts share. */
final class Check {
  /** How long a contract waits for what must happen; never for what must not. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private Check() {}

  /** A call of a backend. */
  @FunctionalInterface
  interface Call {
    void run() throws Exception;
  }

  /** The call ends with the code, and its message names the value. */
  static EdgeBeatException refused(ErrorCode code, String named, Call call) {
    EdgeBeatException refusal = failure(call);
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    assertThat(refusal.getMessage()).contains(named);
    return refusal;
  }

  /** The call ends with the code and says something. */
  static EdgeBeatException refused(ErrorCode code, Call call) {
    EdgeBeatException refusal = refused(code, "", call);
    assertThat(refusal.getMessage()).isNotBlank();
    return refusal;
  }

  private static EdgeBeatException failure(Call call) {
    try {
      call.run();
    } catch (EdgeBeatException e) {
      return e;
    } catch (Exception e) {
      throw new AssertionError("expected an EdgeBeatException, found " + e, e);
    }
    return fail("expected an EdgeBeatException, but the call returned");
  }

  /** Asks again until the answer is the wanted one; fails with the last answer. */
  static <T> T await(Supplier<T> ask, Consumer<T> wanted) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      T answer = ask.get();
      try {
        wanted.accept(answer);
        return answer;
      } catch (AssertionError e) {
        if (System.nanoTime() - end >= 0) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
  }

  /** Runs the calls at once, each on a thread of its own, and gives their results in order. */
  static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      CountDownLatch start = new CountDownLatch(calls.size());
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> call : calls) {
        futures.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return call.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      return results;
    }
  }

  /** A call on a thread of its own, which {@link #interrupted} or a close is to end. */
  static <T> Running<T> begin(Callable<T> call) {
    return new Running<>(call);
  }

  /**
   * The thread of the running call is interrupted; the call ends with {@code INTERRUPTED} and
   * leaves the thread interrupted.
   */
  static void interrupted(Running<?> running) throws Exception {
    running.awaitWaiting();
    running.thread.interrupt();
    assertThat(running.failure()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(running.leftInterrupted).as("the thread is still interrupted").isTrue();
  }

  /** A call that was begun. */
  static final class Running<T> {
    private final Thread thread;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile boolean leftInterrupted;

    private Running(Callable<T> call) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("edgebeat-testkit")
              .start(
                  () -> {
                    try {
                      T value = call.call();
                      leftInterrupted = Thread.currentThread().isInterrupted();
                      result.complete(value);
                    } catch (Exception | Error e) {
                      leftInterrupted = Thread.currentThread().isInterrupted();
                      result.completeExceptionally(e);
                    }
                  });
    }

    /** Until the call waits for something, or has ended. */
    void awaitWaiting() throws InterruptedException {
      Check.await(
          () -> thread.getState(),
          state ->
              assertThat(state)
                  .isIn(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED));
    }

    T get() throws Exception {
      return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** With which code the call failed. */
    ErrorCode failure() throws Exception {
      try {
        return fail("expected the call to fail, but it returned " + get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof EdgeBeatException failed) {
          return failed.code();
        }
        throw e;
      }
    }
  }
}
