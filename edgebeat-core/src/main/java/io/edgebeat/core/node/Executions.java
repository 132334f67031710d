package io.edgebeat.core.node;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.capability.Grant;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.agreement.ExecutionPlan;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.run.MeterGate;
import io.edgebeat.core.talk.SellerTalk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The executions of this node: started, held, let go on and stopped as the engine plans. */
final class Executions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Executions.class);
  private static final Duration STOP_GRACE = Duration.ofMillis(500);

  private final List<Executor> executors;
  private final Map<String, Capability> capabilities;
  private final ContentStore content;
  private final TaskRunner runner;
  private final Map<ExecutionId, Live> live = new ConcurrentHashMap<>();

  /** One execution and what was last asked of it. */
  private static final class Live {
    final Execution execution;
    final MeterGate gate;
    boolean held;
    boolean stopped;
    Instant lease = Instant.EPOCH;

    Live(Execution execution, MeterGate gate) {
      this.execution = execution;
      this.gate = gate;
    }
  }

  Executions(
      List<Executor> executors,
      Map<String, Capability> capabilities,
      ContentStore content,
      TaskRunner runner) {
    this.executors = executors;
    this.capabilities = capabilities;
    this.content = content;
    this.runner = runner;
  }

  /** The executor for a type of workload. */
  Executor executor(String type) {
    return executors.stream()
        .filter(e -> e.info().workloadTypes().contains(type))
        .findFirst()
        .orElseThrow(
            () ->
                new EdgeBeatException(
                    ErrorCode.WORKLOAD_REFUSED,
                    "no executor of this node runs workloads of type \"" + type + "\""));
  }

  void provision(Action.Provision action) {
    action
        .input()
        .ifPresent(
            input -> {
              long size = content.stat(input).sizeBytes();
              if (size > action.limits().inputBytes()) {
                throw new EdgeBeatException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "input "
                        + input
                        + " has "
                        + size
                        + " bytes, the limit is "
                        + action.limits().inputBytes());
              }
            });
    executor(action.workload().type()).prepare(action.workload(), content, Progress.NONE);
  }

  /**
   * Starts an execution, or takes hold of the one that runs under the same id.
   *
   * @param action what to start
   * @param talk what its program and its buyer say to one another
   * @param unitsPerMessage how many units a message between the two counts
   * @param events is given units asked for and the end
   * @param started called before the end can be told
   */
  void start(
      Action.Start action,
      SellerTalk talk,
      long unitsPerMessage,
      Consumer<Event> events,
      Runnable started) {
    int taskNo = action.id().taskNo();
    // Not by the workload's own thread: it would wait for whatever is being decided. The order of
    // what it has used does not matter, and the end says how much that was in all.
    MeterGate gate =
        new MeterGate(
            action.tickUnit(),
            (kind, units) ->
                runner.soon(() -> events.accept(new Event.UnitsAsked(taskNo, kind, units))));
    Map<String, CapabilitySession> sessions = new HashMap<>();
    sessions.put(WorkloadChannel.BUYER, talk);
    Map<String, Long> units = new HashMap<>(action.capabilities());
    units.put(WorkloadChannel.BUYER, unitsPerMessage);
    Optional<Execution> known;
    Execution execution;
    try {
      Executor executor = executor(action.workload().type());
      for (String name : action.capabilities().keySet()) {
        Capability capability = capabilities.get(name);
        if (capability == null) {
          throw new EdgeBeatException(
              ErrorCode.NOT_FOUND, "capability " + name + " is not attached to this node any more");
        }
        sessions.put(name, capability.open(new Grant(action.id().agreementId(), taskNo, name)));
      }
      known = executor.attach(action.id());
      execution =
          known.orElseGet(
              () ->
                  executor.start(
                      new ExecutionRequest(
                          action.id(),
                          action.workload(),
                          action.input(),
                          action.limits(),
                          action.hostProfile(),
                          sessions,
                          units,
                          action.leaseUntil(),
                          gate,
                          content)));
    } catch (RuntimeException e) {
      sessions.values().forEach(CapabilitySession::close);
      throw e;
    }
    listen(talk, execution, known.isPresent());
    live.put(action.id(), new Live(execution, gate));
    started.run();
    gate.open();
    runner.whenEnded(execution, () -> await(action.id(), execution, gate, sessions, events));
  }

  /** What a program says is nothing that its task depends on. */
  private static void listen(SellerTalk talk, Execution execution, boolean known) {
    WorkloadChannel channel = timeout -> Optional.empty();
    Set<TaskStream> carried = EnumSet.noneOf(TaskStream.class);
    try {
      channel = execution.channel();
      carried.addAll(channel.carries());
    } catch (RuntimeException failed) {
      LOG.warn("{} does not say what it carries; its buyer hears nothing", execution.id(), failed);
    }
    if (known) {
      // It has the session of whoever has started it.
      carried.removeIf(TaskStream::isMessages);
    }
    talk.runs(channel, carried);
  }

  private void await(
      ExecutionId id,
      Execution execution,
      MeterGate gate,
      Map<String, CapabilitySession> sessions,
      Consumer<Event> events) {
    TaskOutcome outcome;
    try {
      outcome = execution.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return;
    } catch (EdgeBeatException failed) {
      outcome = new TaskOutcome.Failed(failed.code(), failed.getMessage());
    } catch (RuntimeException failed) {
      outcome = new TaskOutcome.Failed(ErrorCode.EXECUTOR_FAILED, String.valueOf(failed));
    } finally {
      sessions.values().forEach(CapabilitySession::close);
    }
    Usage usage = Usage.NONE;
    try {
      usage = execution.usage();
    } catch (RuntimeException failed) {
      LOG.warn("execution {} does not tell its usage", id, failed);
    }
    events.accept(new Event.ExecutionEnded(id.taskNo(), outcome, usage, gate.used(usage)));
    live.remove(id);
    execution.close();
  }

  /** Makes an execution be as planned. */
  void apply(ExecutionId id, ExecutionPlan plan) {
    Live known = live.get(id);
    if (known == null) {
      return;
    }
    synchronized (known) {
      try {
        // A pause may last longer than what is paid may run: that lease is given only to what is
        // held, and taken back before it goes on. In between this node may die.
        if (plan.held() && !known.held) {
          known.execution.pause();
          known.held = true;
        }
        if (!plan.leaseUntil().equals(known.lease)) {
          known.execution.leaseUntil(plan.leaseUntil());
          known.lease = plan.leaseUntil();
        }
        if (!plan.held() && known.held) {
          known.execution.resume();
          known.held = false;
        }
        if (plan.stop().isPresent()) {
          known.gate.limit(plan.granted());
        } else {
          known.gate.grant(plan.granted());
        }
        if (plan.stop().isPresent() && !known.stopped) {
          known.execution.stop(STOP_GRACE);
          known.stopped = true;
        }
      } catch (RuntimeException failed) {
        // What cannot be held or stopped is ended: it would run unpaid.
        LOG.warn("execution {} does not do as planned; it is closed", id, failed);
        known.execution.close();
      }
    }
  }

  /** Whether an execution of that id is known here. */
  boolean knows(ExecutionId id) {
    return live.containsKey(id);
  }

  /** Ends an execution of an earlier run of the node, if it still runs, and says what it used. */
  Usage end(ExecutionId id) {
    for (Executor executor : executors) {
      try {
        Optional<Execution> found = executor.attach(id);
        if (found.isPresent()) {
          found.get().close();
          return found.get().usage();
        }
      } catch (RuntimeException e) {
        LOG.warn("execution {} of an earlier run could not be ended", id, e);
      }
    }
    return Usage.NONE;
  }

  /** Every execution that runs. */
  List<ExecutionId> running() {
    List<ExecutionId> ids = new ArrayList<>();
    executors.forEach(e -> ids.addAll(e.running()));
    return ids;
  }

  @Override
  public void close() {
    live.forEach(
        (id, l) -> {
          try {
            l.execution.close();
          } catch (RuntimeException failed) {
            LOG.warn("execution {} does not close", id, failed);
          }
        });
  }
}
