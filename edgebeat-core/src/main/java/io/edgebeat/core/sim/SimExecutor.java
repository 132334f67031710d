package io.edgebeat.core.sim;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.run.MeterGate;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs workloads in virtual time: what a workload does is known at its start, and is then played as
 * a schedule, so that ticks are paid while it lasts and its result is real. The execution and its
 * lease live outside the process that started it: they go on when that dies. Processor and memory
 * time are counted in virtual time, as of one core and all the memory allowed.
 */
public final class SimExecutor implements Executor {

  /** What a workload asks its meter for. */
  private record Ask(String kind, long units) {}

  /** What a workload does when nobody holds it up. */
  private record Played(
      Duration takes,
      List<Ask> asks,
      TaskOutcome outcome,
      Usage usage,
      Map<TaskStream, Said> said) {}

  /** The last bytes that it says, and how many there are in all. */
  private record Said(Blob bytes, long size) {
    long begin() {
      return size - bytes.size();
    }
  }

  /** The lease is kept here; what is run at once needs none. */
  private static final Instant NO_LEASE = Instant.parse("2200-01-01T00:00:00Z");

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final SimWorld world;
  private final SimHost host;
  private final Executor real;
  private final Function<ExecutionRequest, Duration> takes;
  private final Map<ExecutionId, Run> runs = new LinkedHashMap<>();

  /**
   * An executor of one machine.
   *
   * @param world gives it time
   * @param host whose clock leases are counted by
   * @param real runs each workload to its end, when it is started and in real time; what that gives
   *     must depend on nothing but the request
   * @param takes how long each lasts in virtual time
   */
  public SimExecutor(
      SimWorld world, SimHost host, Executor real, Function<ExecutionRequest, Duration> takes) {
    this.world = world;
    this.host = host;
    this.real = real;
    this.takes = takes;
  }

  private Played play(ExecutionRequest asked) {
    List<Ask> asks = new ArrayList<>();
    ExecutionRequest request =
        new ExecutionRequest(
            asked.id(),
            asked.workload(),
            asked.input(),
            asked.limits(),
            asked.hostProfile(),
            withoutBuyer(asked.capabilities()),
            asked.unitsPerMessage(),
            NO_LEASE,
            (kind, units) -> asks.add(new Ask(kind, units)),
            asked.content());
    try (Execution execution = real.start(request)) {
      TaskOutcome outcome = execution.await();
      Usage usage = execution.usage();
      List<Ask> all = between(asks, fuelAsks(asked, usage.fuel()));
      return new Played(takes.apply(asked), all, outcome, usage, said(execution.channel()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED,
          RetryAdvice.SAME_CALL,
          "interrupted while " + asked.id() + " ran",
          e);
    }
  }

  /** It has run to its end before its buyer could say anything: there is nobody to speak with. */
  private static Map<String, CapabilitySession> withoutBuyer(Map<String, CapabilitySession> all) {
    Map<String, CapabilitySession> others = new HashMap<>(all);
    others.remove(WorkloadChannel.BUYER);
    return others;
  }

  private static Map<TaskStream, Said> said(WorkloadChannel channel) throws InterruptedException {
    Map<TaskStream, Said> all = new EnumMap<>(TaskStream.class);
    for (TaskStream stream : channel.carries()) {
      if (!stream.isMessages()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long end = 0;
        Optional<WorkloadChannel.Written> part = channel.await(stream, Duration.ZERO);
        while (part.isPresent()) {
          byte[] more = part.get().bytes().toBytes();
          bytes.writeBytes(more);
          end = Math.max(end, part.get().position()) + more.length;
          part = channel.await(stream, Duration.ZERO);
        }
        all.put(stream, new Said(Blob.of(bytes.toByteArray()), end));
      }
    }
    return all;
  }

  /** As a program asks that is paid by its fuel: at the first unit of each tick, and at its end. */
  private static List<Ask> fuelAsks(ExecutionRequest asked, long fuel) {
    long tick = asked.meter() instanceof MeterGate gate ? gate.fuelTick() : 0;
    List<Ask> asks = new ArrayList<>();
    if (tick > 0 && fuel > 0) {
      asks.add(new Ask(MeterGate.FUEL, 1));
      long rest = fuel - 1;
      for (; rest >= tick; rest -= tick) {
        asks.add(new Ask(MeterGate.FUEL, tick));
      }
      asks.add(new Ask(MeterGate.FUEL, rest));
    }
    return asks;
  }

  /** Both in their order, each spread over the whole. */
  private static List<Ask> between(List<Ask> one, List<Ask> other) {
    List<Ask> all = new ArrayList<>(one.size() + other.size());
    int i = 0;
    int k = 0;
    while (i < one.size() || k < other.size()) {
      boolean first =
          k == other.size()
              || (i < one.size() && (i + 1L) * (other.size() + 1) <= (k + 1L) * (one.size() + 1));
      all.add(first ? one.get(i++) : other.get(k++));
    }
    return List.copyOf(all);
  }

  @Override
  public ExecutorInfo info() {
    return real.info();
  }

  @Override
  public Admission admit(Workload workload, ExecutionLimits limits) {
    return real.admit(workload, limits);
  }

  @Override
  public void prepare(Workload workload, ContentStore content, Progress progress) {
    real.prepare(workload, content, progress);
  }

  @Override
  public Execution start(ExecutionRequest request) {
    if (runs.containsKey(request.id())) {
      throw new EdgeBeatException(
          ErrorCode.DUPLICATE, "execution " + request.id() + " was started before");
    }
    Run run = new Run(request, play(request));
    runs.put(request.id(), run);
    host.runs(run);
    run.begin();
    return run;
  }

  @Override
  public List<ExecutionId> running() {
    List<ExecutionId> ids = new ArrayList<>();
    runs.forEach(
        (id, run) -> {
          if (run.outcome == null) {
            ids.add(id);
          }
        });
    return ids;
  }

  @Override
  public Optional<Execution> attach(ExecutionId id) {
    return Optional.ofNullable(runs.get(id));
  }

  /** How many nanoseconds all tasks of an agreement have run, the time they were held left out. */
  public long ranNanos(AgreementId agreement) {
    return runs.values().stream()
        .filter(run -> run.id().agreementId().equals(agreement))
        .mapToLong(Run::ran)
        .sum();
  }

  @Override
  public void close() {
    // The machine goes on; what runs on it ends by its lease.
  }

  /** What an execution says, spread over the time that it takes. Never waits. */
  private static final class Replayed implements WorkloadChannel {
    private final Run run;
    private final Map<TaskStream, Long> told = new EnumMap<>(TaskStream.class);

    Replayed(Run run) {
      this.run = run;
    }

    @Override
    public Set<TaskStream> carries() {
      return run.played.said.keySet();
    }

    @Override
    public Optional<Blob> awaitLog(Duration timeout) {
      return carries().contains(TaskStream.LOG)
          ? await(TaskStream.LOG, timeout).map(Written::bytes)
          : Optional.empty();
    }

    @Override
    public Optional<Written> await(TaskStream stream, Duration timeout) {
      Said said = run.played.said.get(stream);
      if (said == null) {
        throw new EdgeBeatException(
            ErrorCode.UNSUPPORTED, "this execution does not tell its " + stream);
      }
      long all = Math.max(1, run.played.takes.toNanos());
      double share = run.ran() >= all ? 1.0 : (double) run.ran() / all;
      long begin = Math.max(said.begin(), told.getOrDefault(stream, 0L));
      long end = (long) (said.size() * share);
      if (end <= begin) {
        return Optional.empty();
      }
      told.put(stream, end);
      int from = (int) (begin - said.begin());
      byte[] bytes = Arrays.copyOfRange(said.bytes().toBytes(), from, (int) (end - said.begin()));
      return Optional.of(new Written(begin, Blob.of(bytes)));
    }
  }

  /** One execution. */
  final class Run implements Execution {
    private final ExecutionRequest request;
    private final Played played;
    private final List<Runnable> listeners = new ArrayList<>();
    private @Nullable TaskOutcome outcome;
    private boolean held;
    private boolean waits;
    private int served;
    private final WorkloadChannel channel = new Replayed(this);

    /** Counts changes of plan: what was scheduled under an earlier one does not happen. */
    private int plan;

    private long ranBefore;
    private long goesSince;
    private Instant lease;

    private Run(ExecutionRequest request, Played played) {
      this.request = request;
      this.played = played;
      this.lease = request.leaseUntil();
      this.goesSince = world.nanos();
    }

    private void begin() {
      watchLease();
      go();
    }

    private boolean goes() {
      return outcome == null && !held && !waits;
    }

    private long ran() {
      return ranBefore + (goes() ? world.nanos() - goesSince : 0);
    }

    /** Time until the next thing it does: to ask for a unit, or to end. */
    private void go() {
      goesSince = world.nanos();
      if (!goes()) {
        return;
      }
      long all = played.takes.toNanos();
      int count = played.asks.size();
      boolean asks = served < count;
      long next = asks ? all / (count + 1) * (served + 1L) : all;
      int mine = plan;
      world.after(
          Math.max(0, next - ranBefore),
          () -> {
            if (mine != plan || !goes()) {
              return;
            }
            if (asks) {
              ask();
            } else {
              end(played.outcome);
            }
          });
    }

    private void ask() {
      halt();
      waits = true;
      Runnable got =
          () -> {
            waits = false;
            served++;
            go();
          };
      if (request.meter() instanceof MeterGate gate) {
        Ask next = played.asks.get(served);
        gate.ask(next.kind, next.units, got);
      } else {
        got.run();
      }
    }

    /** Counts what has run, and plans anew. */
    private void halt() {
      ranBefore = ran();
      goesSince = world.nanos();
      plan++;
    }

    private void end(TaskOutcome how) {
      if (outcome != null) {
        return;
      }
      halt();
      outcome = how;
      listeners.forEach(Runnable::run);
      listeners.clear();
    }

    private void watchLease() {
      Instant until = lease;
      world.after(
          Duration.between(host.now(), until),
          () -> {
            if (outcome == null && until.equals(lease)) {
              end(new TaskOutcome.Stopped("the lease was not extended beyond " + until));
            }
          });
    }

    void whenEnded(Runnable then) {
      if (outcome != null) {
        then.run();
      } else {
        listeners.add(then);
      }
    }

    @Override
    public ExecutionId id() {
      return request.id();
    }

    @Override
    public Usage usage() {
      long all = Math.max(1, played.takes.toNanos());
      double share = Math.min(1.0, (double) ran() / all);
      Usage u = played.usage;
      Map<String, Long> used = new TreeMap<>();
      played.asks.stream()
          .limit(served)
          .filter(a -> !a.kind.equals(MeterGate.FUEL))
          .forEach(a -> used.merge(a.kind, a.units, Long::sum));
      return new Usage(
          (long) (u.fuel() * share),
          // What was measured by real time would differ from run to run.
          ran(),
          request.limits().memoryBytes() * (ran() / NANOS_PER_SECOND),
          (long) (u.bytesIn() * share),
          (long) (u.bytesOut() * share),
          used);
    }

    @Override
    public void leaseUntil(Instant until) {
      if (!until.equals(lease)) {
        lease = until;
        watchLease();
      }
    }

    @Override
    public void pause() {
      if (!held) {
        halt();
        held = true;
      }
    }

    @Override
    public void resume() {
      if (held) {
        held = false;
        go();
      }
    }

    @Override
    public void stop(Duration grace) {
      world.after(grace.dividedBy(2), () -> end(new TaskOutcome.Stopped("it was told to stop")));
    }

    @Override
    public TaskOutcome await() {
      if (outcome == null) {
        throw new EdgeBeatException(
            ErrorCode.UNSUPPORTED, "in virtual time nobody waits for an execution with a thread");
      }
      return outcome;
    }

    @Override
    public WorkloadChannel channel() {
      return channel;
    }

    @Override
    public void close() {
      end(new TaskOutcome.Stopped("it was closed"));
    }
  }
}
