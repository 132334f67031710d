package io.edgebeat.exec.wasm;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.exec.wasm.child.ChildCommand;
import io.edgebeat.exec.wasm.child.Fields;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.Frame;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.ProtocolException;
import io.edgebeat.exec.wasm.child.Values;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a guest in a child: the execution's thread answers what the child asks, and counts what it
 * gives. What the child says of itself is kept within what can be: no more memory than the limit,
 * no more processor time than time, no more bytes than were given or may be taken.
 */
final class ChildRun implements GuestRun {
  /** Stands for an output that there is not yet. */
  static final ContentId NO_OUTPUT = ContentId.ofRaw(new byte[0]);

  /** For so long a guest may run before its child is told the lease. */
  private static final long FIRST_LEASE_NANOS = Duration.ofSeconds(2).toNanos();

  private static final AtomicInteger RUNS = new AtomicInteger();

  private final ExecutionRequest request;
  private final Child child;
  private final Children children;
  private final Watchdog watchdog;
  private final int run = RUNS.incrementAndGet();
  private final AtomicBoolean given = new AtomicBoolean();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream(256);
  private volatile long memoryBytes;
  private volatile long cpuNanos;
  private volatile long fuel;

  /** Fuel that was let pass; all there is where it is not paid for. */
  private long fuelBound = Long.MAX_VALUE;

  private long startNanos;
  private long inGiven;
  private long messagesOut;

  ChildRun(
      ExecutionRequest request,
      Child child,
      Children children,
      Watchdog watchdog,
      long memoryBytes) {
    this.request = request;
    this.child = child;
    this.children = children;
    this.watchdog = watchdog;
    this.memoryBytes = memoryBytes;
  }

  @Override
  public TaskOutcome run(GuestControl control, Counters counters, ExecutionLog log) {
    startNanos = System.nanoTime();
    boolean reusable = false;
    try {
      fuelBound = meterFuel(0, control);
      child.send(FrameKind.START, start());
      child.teller().begin(run, control, watchdog::instant);
      TaskOutcome ended = serve(control, counters, log);
      tellRest(log);
      child.teller().end();
      if (control.isEnding()) {
        return WasmExecution.STOPPED; // replaced by what wanted the end
      }
      reusable = ChildHost.isReusable(ended);
      give(reusable);
      return withOutput(ended);
    } catch (GuestEnd.Stop e) {
      return new TaskOutcome.Stopped(String.valueOf(e.getMessage()));
    } catch (ProtocolException e) {
      throw child.broken("execution " + request.id(), e);
    } catch (IOException e) {
      return gone(e);
    } finally {
      give(reusable);
    }
  }

  private void give(boolean reusable) {
    if (given.compareAndSet(false, true)) {
      child.closeContent();
      children.release(child, request.id().agreementId(), reusable);
    }
  }

  private FieldsWriter start() {
    FieldsWriter body = new FieldsWriter().number4(run);
    body.number8(FIRST_LEASE_NANOS);
    body.bytes(request.id().agreementId().digest().toBytes()).number4(request.id().taskNo());
    Values.workload(body, request.workload());
    body.flag(request.input().isPresent());
    Values.limits(body, request.limits());
    Values.profile(body, request.hostProfile());
    body.number4(request.capabilities().size());
    request.capabilities().keySet().forEach(body::text);
    return body.flag(fuelBound != Long.MAX_VALUE);
  }

  private TaskOutcome gone(IOException e) {
    int code = child.process().exitCode();
    return code == ChildCommand.OUT_OF_HEAP
        ? new TaskOutcome.OutOfMemory(children.heapBytes())
        : WasmExecution.failed(child.broken("execution " + request.id(), e));
  }

  private TaskOutcome withOutput(TaskOutcome ended) {
    if (ended.output().isEmpty()) {
      return ended;
    }
    ContentId result = request.content().put(ContentSource.of(output.toByteArray()), Progress.NONE);
    return ended instanceof TaskOutcome.Exited exited
        ? new TaskOutcome.Exited(exited.code(), result)
        : new TaskOutcome.Completed(result);
  }

  /** What of the result was not told while it was written. */
  private void tellRest(ExecutionLog log) {
    long told = log.written(TaskStream.OUTPUT);
    if (told < output.size()) {
      log.writeOutput(Arrays.copyOfRange(output.toByteArray(), (int) told, output.size()));
    }
  }

  private TaskOutcome serve(GuestControl control, Counters counters, ExecutionLog log)
      throws IOException {
    while (true) {
      Frame frame = child.receive();
      Fields body = frame.body();
      switch (frame.kind()) {
        case OPEN, MORE ->
            inGiven +=
                child.answerContent(
                    frame,
                    request.content(),
                    request.workload().image(),
                    request.input().orElse(null));
        case METER, READ, WRITE -> answer(frame, control, counters);
        case FUEL -> answerFuel(body, control);
        case LOG -> said(log, TaskStream.LOG, body, Long.MAX_VALUE);
        case WRITTEN -> said(log, TaskStream.OUTPUT, body, request.limits().outputBytes());
        case OUTPUT -> take(body.rest());
        case USAGE -> {
          mine(body);
          used(body, counters);
          body.end();
        }
        case ENDED -> {
          mine(body);
          used(body, counters);
          TaskOutcome ended = Values.outcome(body, NO_OUTPUT);
          body.end();
          return ended;
        }
        default -> throw new ProtocolException(frame.kind() + " while it runs");
      }
    }
  }

  /** Takes what the guest is said to have written; what was told before is not told again. */
  private static void said(ExecutionLog log, TaskStream stream, Fields body, long most)
      throws ProtocolException {
    long position = body.count();
    byte[] bytes = body.rest();
    if (position < log.written(stream) || position > most - bytes.length) {
      throw new ProtocolException(
          bytes.length + " bytes of its " + stream + " at position " + position);
    }
    log.write(stream, position, bytes);
  }

  private void mine(Fields body) throws ProtocolException {
    int of = body.number4();
    if (of != run) {
      throw new ProtocolException("something of run " + of + " in run " + run);
    }
  }

  private void take(byte[] bytes) throws ProtocolException {
    if (output.size() + (long) bytes.length > request.limits().outputBytes()) {
      throw new ProtocolException(
          "an output of more than " + request.limits().outputBytes() + " bytes");
    }
    output.writeBytes(bytes);
  }

  /** Takes what it says it has used, as far as that can be. */
  private void used(Fields body, Counters counters) throws ProtocolException {
    // Where fuel is paid for, no more than was let pass.
    fuel = Math.max(fuel, Math.min(body.count(), Math.min(fuelBound, request.limits().fuel())));
    long cpu = Math.min(body.count(), System.nanoTime() - startNanos);
    cpuNanos = Math.max(cpuNanos, cpu);
    // Files have a quota of a quarter beside it.
    memoryBytes = Math.min(body.count(), request.limits().memoryBytes() / 4 * 5);
    long in = Math.min(body.count(), inGiven);
    long out = Math.min(body.count(), request.limits().outputBytes() + messagesOut);
    counters.in(Math.max(0, in - counters.bytesIn()));
    counters.out(Math.max(0, out - counters.bytesOut()));
  }

  /** Asks the meter, and does what is metered only when it lets it pass. */
  private void answer(Frame frame, GuestControl control, Counters counters) throws IOException {
    Fields body = frame.body();
    int call = body.number4();
    String name = body.text();
    answering(
        call,
        control,
        answer -> {
          switch (frame.kind()) {
            case METER -> {
              long units = body.count();
              body.end();
              askedForOther();
              meter(name, units, control);
              answer.number1(Child.GOOD);
            }
            case READ -> {
              body.end();
              askedForOther();
              Optional<Blob> message = read(session(name), name, control, counters);
              answer.number1(Child.GOOD).flag(message.isPresent());
              answer.rest(message.map(Blob::toBytes).orElse(new byte[0]));
            }
            default -> {
              byte[] message = body.rest();
              askedForOther();
              write(session(name), name, message, control, counters);
              answer.number1(Child.GOOD);
            }
          }
        });
  }

  /** Other units are used: the fuel that was let pass is what is used of it. */
  private void askedForOther() {
    if (fuelBound != Long.MAX_VALUE) {
      fuelBound = fuel;
    }
  }

  /** What a call is answered by. */
  private interface Answer {
    void give(FieldsWriter to) throws IOException;
  }

  /** Answers a call, also when a part of the node fails. */
  private void answering(int call, GuestControl control, Answer good) throws IOException {
    FieldsWriter answer = new FieldsWriter().number4(call);
    try {
      good.give(answer);
    } catch (GuestEnd.Stop e) {
      if (!control.isEnding()) {
        throw e;
      }
      return; // it is told to end, or killed; until then it is listened to
    } catch (EdgeBeatException e) {
      answer = new FieldsWriter().number4(call).number1(Child.ERROR);
      Values.error(answer, e);
    } catch (RuntimeException e) {
      answer = new FieldsWriter().number4(call).number1(Child.OTHER_FAILURE);
      answer.text(Values.bounded(e.toString()));
    }
    child.send(FrameKind.ANSWER, answer);
  }

  /** Lets fuel pass. It says how much it has used, or is ended without having it. */
  private void answerFuel(Fields body, GuestControl control) throws IOException {
    int call = body.number4();
    long total = body.count();
    body.end();
    if (total > request.limits().fuel()) {
      throw new ProtocolException("it wants more fuel than its limit");
    }
    answering(
        call,
        control,
        answer -> {
          control.gate();
          fuel = Math.max(fuel, Math.min(total, fuelBound)); // what it had, if it gets no more
          fuelBound = meterFuel(total, control);
          fuel = Math.max(fuel, total);
          answer.number1(Child.GOOD).number8(fuelBound);
        });
  }

  private long meterFuel(long total, GuestControl control) {
    control.beginWait();
    try {
      return request.meter().fuel(total);
    } catch (InterruptedException e) {
      throw new GuestEnd.Stop("stopped while its fuel was not paid for");
    } finally {
      control.endWait();
    }
  }

  private CapabilitySession session(String name) throws ProtocolException {
    CapabilitySession session = request.capabilities().get(name);
    if (session == null) {
      throw new ProtocolException("it wants a capability that it was not given");
    }
    return session;
  }

  private void meter(String kind, long units, GuestControl control) {
    control.gate();
    control.beginWait();
    try {
      request.meter().use(kind, units);
    } catch (InterruptedException e) {
      throw new GuestEnd.Stop("stopped while it waited for its host");
    } finally {
      control.endWait();
    }
  }

  private Optional<Blob> read(
      CapabilitySession session, String name, GuestControl control, Counters counters) {
    control.gate();
    control.beginWait();
    Optional<Blob> message;
    try {
      request.meter().use(name, request.unitsPerMessage().getOrDefault(name, 0L));
      control.gate();
      message = session.read();
    } catch (InterruptedException e) {
      if (!control.isDraining()) {
        throw new GuestEnd.Stop("stopped while it waited for its host");
      }
      message = Optional.empty(); // the end of the stream, for who is to come to its end
    } finally {
      control.endWait();
    }
    if (message.isPresent()) {
      inGiven += message.get().size();
      counters.message(name);
    }
    return message;
  }

  private void write(
      CapabilitySession session,
      String name,
      byte[] message,
      GuestControl control,
      Counters counters) {
    control.gate();
    control.beginWait();
    try {
      request.meter().use(name, request.unitsPerMessage().getOrDefault(name, 0L));
      control.gate();
      session.write(Blob.of(message));
    } catch (InterruptedException e) {
      if (!control.isDraining()) {
        throw new GuestEnd.Stop("stopped while it waited for its host");
      }
      throw new EdgeBeatException(ErrorCode.INTERRUPTED, "the program is to end");
    } finally {
      control.endWait();
    }
    messagesOut += message.length;
    counters.message(name);
  }

  @Override
  public void drop() {
    give(true);
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public long cpuNanos() {
    return cpuNanos;
  }

  @Override
  public long fuel() {
    return fuel;
  }

  @Override
  public void changed() {
    child.teller().changed();
  }

  @Override
  public void kill() {
    if (!given.get()) {
      child.kill();
    }
  }
}
