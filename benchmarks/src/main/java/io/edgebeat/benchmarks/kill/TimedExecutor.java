package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.AbstractExecution;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import io.edgebeat.benchmarks.StandInExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs that do nothing but take their time and ask for units: {@code KIND MILLIS UNITS}.
 * One of the kind {@code talk} also says what its buyer sends, and sends it back. They are held,
 * stopped and ended by their lease as any; they end with the process.
 */
final class TimedExecutor extends StandInExecutor {
  private static final int STEP_MILLIS = 10;

  private final ContentId result;

  TimedExecutor(ContentId result) {
    this.result = result;
  }

  @Override
  protected AbstractExecution create(ExecutionRequest request) {
    if (request.workload().arguments().getFirst().equals("unwilling")) {
      throw new EdgeBeatException(ErrorCode.EXECUTOR_FAILED, "it does not start");
    }
    return new Run(request);
  }

  private final class Run extends AbstractExecution implements Runnable {
    private volatile boolean held;
    private volatile Instant lease;
    private long ranMillis;
    private volatile @Nullable Thread thread;

    Run(ExecutionRequest request) {
      super(request, TaskStream.TO_PROGRAM, TaskStream.FROM_PROGRAM);
      this.lease = request.leaseUntil();
    }

    @Override
    public void run() {
      thread = Thread.currentThread();
      List<String> arguments = request().workload().arguments();
      long millis = Long.parseLong(arguments.get(1));
      int units = Integer.parseInt(arguments.get(2));
      long asked = 0;
      try {
        while (ranMillis < millis && !ended()) {
          if (Instant.now().isAfter(lease)) {
            end(new TaskOutcome.Stopped("the lease was not extended"));
          }
          Thread.sleep(STEP_MILLIS);
          if (!held) {
            ranMillis += STEP_MILLIS;
            if (asked < units && ranMillis >= (asked + 1) * millis / (units + 1)) {
              asked++;
              request().meter().use("unit", 1);
            }
          }
        }
        end(
            arguments.getFirst().equals("trap")
                ? new TaskOutcome.Trapped("it trapped")
                : new TaskOutcome.Completed(
                    arguments.getFirst().equals("lost")
                        ? ContentId.ofRaw(new byte[] {1})
                        : result));
      } catch (InterruptedException e) {
        end(new TaskOutcome.Stopped("it was told to stop"));
      }
    }

    @Override
    protected void begin() {
      Thread.ofVirtual().start(this);
      CapabilitySession buyer = request().capabilities().get(WorkloadChannel.BUYER);
      if (buyer != null && request().workload().arguments().getFirst().equals("talk")) {
        Thread.ofVirtual().start(() -> talk(buyer));
      }
    }

    /** Until the buyer has no more to say, or it is over. */
    private void talk(CapabilitySession buyer) {
      try {
        for (Optional<Blob> word = buyer.read(); word.isPresent(); word = buyer.read()) {
          say(word.get().toBytes());
          buyer.write(word.get());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Usage usage() {
      return Usage.NONE;
    }

    @Override
    public void leaseUntil(Instant until) {
      lease = until;
    }

    @Override
    public void pause() {
      held = true;
    }

    @Override
    public void resume() {
      held = false;
    }

    @Override
    public void stop(Duration grace) {
      end(new TaskOutcome.Stopped("it was stopped"));
      Thread runs = thread;
      if (runs != null) {
        runs.interrupt();
      }
    }
  }
}
