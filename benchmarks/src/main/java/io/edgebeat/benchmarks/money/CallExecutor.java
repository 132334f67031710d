package io.edgebeat.benchmarks.money;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.AbstractExecution;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.benchmarks.StandInExecutor;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** Runs a workload of many calls, one after the other, and takes the time of each. */
final class CallExecutor extends StandInExecutor {
  /** What a call hashes; some tens of microseconds, as a small message that is answered takes. */
  private static final int CALL_BYTES = 32 * 1024;

  private final ContentId result;
  private final int calls;

  /** How long each call of the newest execution took, from its asking on. */
  private volatile long[] nanos = {};

  CallExecutor(ContentId result, int calls) {
    this.result = result;
    this.calls = calls;
  }

  /** The times of the execution that has ended last, sorted; in nanoseconds. */
  long[] times() {
    return nanos.clone();
  }

  @Override
  protected AbstractExecution create(ExecutionRequest request) {
    return new Run(request);
  }

  private final class Run extends AbstractExecution {
    private final Object lock = new Object();
    final Thread thread = new Thread(this::work, "calls");
    private boolean held;

    Run(ExecutionRequest request) {
      super(request);
    }

    private void work() {
      long[] took = new long[calls];
      byte[] bytes = new byte[CALL_BYTES];
      try {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < calls; i++) {
          long before = System.nanoTime();
          awaitGoing();
          request().meter().use("call", 1);
          byte[] digest = hash.digest(bytes);
          System.arraycopy(digest, 0, bytes, 0, digest.length);
          took[i] = System.nanoTime() - before;
        }
        Arrays.sort(took);
        nanos = took;
        end(new TaskOutcome.Completed(result));
      } catch (InterruptedException e) {
        end(new TaskOutcome.Stopped("it was told to stop"));
      } catch (NoSuchAlgorithmException e) {
        end(new TaskOutcome.Failed(ErrorCode.INTERNAL, e.toString()));
      }
    }

    private void awaitGoing() throws InterruptedException {
      synchronized (lock) {
        while (held) {
          lock.wait();
        }
      }
    }

    private void hold(boolean value) {
      synchronized (lock) {
        held = value;
        lock.notifyAll();
      }
    }

    @Override
    protected void begin() {
      thread.start();
    }

    @Override
    public Usage usage() {
      return Usage.NONE;
    }

    @Override
    public void leaseUntil(Instant until) {}

    @Override
    public void pause() {
      hold(true);
    }

    @Override
    public void resume() {
      hold(false);
    }

    @Override
    public void stop(Duration grace) {
      thread.interrupt();
    }
  }
}
