package io.edgebeat.exec.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.child.Fields;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.Frame;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.ProtocolException;
import io.edgebeat.exec.wasm.child.Values;
import io.edgebeat.spi.BackendConfig;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a child does: it has an executor of its own, in its own JVM, whose content, meter and
 * capabilities are those of the node. One thread listens, one does what is asked for, and the
 * executor has its own; leases are kept by the child's own clock.
 */
final class ChildHost {
  private static final Duration REPORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofDays(1);

  /** After so many frames of log, or bytes, there is a moment of silence. */
  private static final int MOST_LOG_FRAMES = 64;

  private static final int MOST_LOG_BYTES = 64 << 10;

  /** How long the node may take to hear how the last guest ended. */
  private static final long LAST_WORDS_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long SILENCE_NANOS = Duration.ofMillis(10).toNanos();

  private final NodeLink node;
  private final ThreadFactory threads;
  private final InstantSource clock;
  private final IntConsumer halt;
  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private final Object lock = new Object();
  private final Object telling = new Object();
  private @Nullable WasmExecution current; // by lock, and so are the following
  private int run;
  private boolean paused;
  private boolean drained;
  private boolean stopped;
  private @Nullable Instant leaseUntil;

  /** Something to do, one after the other. */
  private interface Order {
    void obey(WasmExecutor executor) throws IOException, InterruptedException;
  }

  /**
   * A host that listens to nobody yet.
   *
   * @param halt ends this JVM at once, with a code
   */
  ChildHost(NodeLink node, ThreadFactory threads, InstantSource clock, IntConsumer halt) {
    this.node = node;
    this.threads = threads;
    this.clock = clock;
    this.halt = halt;
  }

  /**
   * Listens to the node, for ever.
   *
   * @throws IOException when the node is gone or says what it may not say
   */
  void listen(DataInputStream in) throws IOException {
    while (true) {
      Frame frame = Frame.read(in, false, kind -> Integer.MAX_VALUE - 8);
      Fields body = frame.body();
      switch (frame.kind()) {
        case LIMITS -> {
          Map<String, String> words = Values.map(body);
          body.end();
          threads.newThread(() -> work(words)).start();
        }
        case CHECK -> {
          Workload workload = Values.workload(body);
          long memoryBytes = body.number8();
          body.end();
          orders.add(executor -> check(executor, workload, memoryBytes));
        }
        case START -> {
          int number = body.number4();
          ExecutionRequest request = request(body, number);
          synchronized (lock) {
            run = number;
            current = null;
            paused = false;
            drained = false;
            stopped = false;
            leaseUntil = null;
          }
          orders.add(executor -> run(executor, number, request));
        }
        case ANSWER -> node.answered(body);
        default -> wish(frame.kind(), body);
      }
    }
  }

  private ExecutionRequest request(Fields body, int number) throws ProtocolException {
    Instant lease = clock.instant().plusNanos(body.number8());
    AgreementId agreement = new AgreementId(Bytes32.of(body.bytes()));
    ExecutionId id = new ExecutionId(agreement, body.number4());
    Workload workload = Values.workload(body);
    // The node knows which input it is; here it only matters that it is not the image.
    Optional<ContentId> input = body.flag() ? Optional.of(ChildRun.NO_OUTPUT) : Optional.empty();
    ExecutionLimits limits = Values.limits(body);
    HostProfile profile = Values.profile(body);
    Map<String, CapabilitySession> capabilities = new HashMap<>();
    int count = body.number4();
    for (int i = 0; i < count; i++) {
      String name = body.text();
      capabilities.put(name, new NodeSession(node, name, () -> tellBefore(number)));
    }
    boolean paysFuel = body.flag();
    body.end();
    return new ExecutionRequest(
        id,
        workload,
        input,
        limits,
        profile,
        capabilities,
        Map.of(),
        lease,
        new NodeMeter(node, capabilities.keySet(), paysFuel),
        new NodeContent(node, workload.image(), input));
  }

  /** What the node wants of the execution, which may not have begun or may be over. */
  private void wish(FrameKind kind, Fields body) throws ProtocolException {
    int of = body.number4();
    synchronized (lock) {
      if (of != run) {
        return;
      }
      switch (kind) {
        case LEASE -> leaseUntil = clock.instant().plusNanos(body.number8());
        case PAUSE -> paused = true;
        case RESUME -> paused = false;
        case DRAIN -> drained = true;
        default -> stopped = true;
      }
      body.end();
      apply(kind);
    }
  }

  /** Lets the execution do as is wanted; by lock. */
  private void apply(FrameKind kind) {
    WasmExecution execution = current;
    if (execution == null) {
      return;
    }
    switch (kind) {
      case LEASE -> {
        Instant until = leaseUntil;
        if (until != null) {
          execution.leaseUntil(until);
        }
      }
      case PAUSE, RESUME -> {
        if (paused) {
          execution.pause();
        } else {
          execution.resume();
        }
      }
      case DRAIN -> {
        if (drained) {
          execution.stop(LONG); // the node knows when its patience ends
        }
      }
      default -> {
        if (stopped) {
          execution.stop(Duration.ZERO);
        }
      }
    }
  }

  private void work(Map<String, String> words) {
    WasmExecutor executor =
        WasmExecutor.create(threads, clock, WasmExecutorProvider.limits(BackendConfig.of(words)));
    try {
      node.tell(
          FrameKind.READY,
          new FieldsWriter().number4(Child.VERSION).text(executor.info().selfTest()));
      while (true) {
        orders.take().obey(executor);
      }
    } catch (IOException e) {
      halt.accept(0); // the node is gone
    } catch (InterruptedException e) {
      halt.accept(ChildMain.DEFECT); // nobody here does that
    }
  }

  private void check(WasmExecutor executor, Workload workload, long memoryBytes)
      throws IOException {
    FieldsWriter body = new FieldsWriter();
    try {
      long begins =
          executor.check(
              workload, memoryBytes, new NodeContent(node, workload.image(), Optional.empty()));
      body.flag(true).number8(begins);
    } catch (EdgeBeatException e) {
      body.flag(false);
      Values.error(body, e);
    }
    node.tell(FrameKind.CHECKED, body);
  }

  private void run(WasmExecutor executor, int number, ExecutionRequest request)
      throws IOException, InterruptedException {
    TaskOutcome outcome;
    FieldsWriter last = new FieldsWriter().number4(number);
    try {
      WasmExecution execution = executor.run(request);
      synchronized (lock) {
        current = execution;
        lock.notifyAll();
        apply(FrameKind.PAUSE);
        apply(FrameKind.LEASE);
        apply(FrameKind.DRAIN);
        apply(FrameKind.STOP);
      }
      report(execution, number);
      outcome = execution.await();
      tell(execution.log());
      Values.usage(last, execution.usage(), execution.memoryBytes());
    } catch (EdgeBeatException e) {
      outcome = WasmExecution.failed(e);
      Values.usage(last, Usage.NONE, 0);
    }
    synchronized (lock) {
      current = null;
    }
    Values.outcome(last, outcome);
    if (!isReusable(outcome)) {
      // The node would end this JVM, if it still can.
      threads.newThread(this::endSoon).start();
    }
    node.tell(FrameKind.ENDED, last);
    if (executor.leftBehind() > 0) {
      halt.accept(ChildMain.LEFT_BEHIND);
    }
  }

  /** Whether a guest that ended so has surely left nothing behind. */
  static boolean isReusable(TaskOutcome outcome) {
    return !(outcome instanceof TaskOutcome.Stopped
        || outcome instanceof TaskOutcome.TimedOut
        || outcome instanceof TaskOutcome.Failed);
  }

  private void endSoon() {
    long begin = System.nanoTime();
    long left = LAST_WORDS_NANOS;
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = LAST_WORDS_NANOS - (System.nanoTime() - begin);
    }
    halt.accept(0);
  }

  /** Tells what the guest says and uses, as long as it runs. */
  private void report(WasmExecution execution, int number)
      throws IOException, InterruptedException {
    long told = System.nanoTime();
    int frames = 0;
    int bytes = 0;
    while (!execution.isOver()) {
      int said = execution.log().awaitAny(REPORT) ? tell(execution.log()) : 0;
      long now = System.nanoTime();
      if (now - told >= REPORT.toNanos()) {
        told = now;
        FieldsWriter usage = new FieldsWriter().number4(number);
        Values.usage(usage, execution.usage(), execution.memoryBytes());
        node.tell(FrameKind.USAGE, usage);
      }
      frames++;
      bytes += said;
      if (frames > MOST_LOG_FRAMES || bytes > MOST_LOG_BYTES) {
        LockSupport.parkNanos(this, SILENCE_NANOS);
        frames = 0;
        bytes = 0;
      }
    }
  }

  /** Tells what a guest has said and written; its order is kept, whoever calls. */
  private int tell(ExecutionLog log) throws IOException, InterruptedException {
    synchronized (telling) {
      return tell(log, TaskStream.LOG, FrameKind.LOG)
          + tell(log, TaskStream.OUTPUT, FrameKind.WRITTEN);
    }
  }

  private int tell(ExecutionLog log, TaskStream stream, FrameKind kind)
      throws IOException, InterruptedException {
    Optional<WorkloadChannel.Written> said = log.await(stream, Duration.ZERO);
    if (said.isPresent()) {
      byte[] bytes = said.get().bytes().toBytes();
      node.tell(kind, new FieldsWriter().number8(said.get().position()).rest(bytes));
      return bytes.length;
    }
    return 0;
  }

  /** Before the guest waits for its node, the node hears what the guest has said. */
  private void tellBefore(int number) throws InterruptedException {
    WasmExecution execution;
    synchronized (lock) {
      while (current == null && run == number) {
        lock.wait(); // its thread may be faster than the one that has started it
      }
      execution = run == number ? current : null;
    }
    try {
      if (execution != null) {
        tell(execution.log());
      }
    } catch (IOException e) {
      throw new NodeLink.NodeFailure("the node cannot be told: " + e.getMessage());
    }
  }
}
