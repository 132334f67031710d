package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.ExecutionId;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.core.agreement.ExecutionPlan;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.engine.Action;
import io.edgebeat.core.talk.SellerTalk;
import io.edgebeat.core.talk.TalkHost;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which order an execution is told what is planned: the node may die between any two words. */
final class ExecutionsTest {
  private static final ExecutionId ID = new ExecutionId(new AgreementId(Bytes32.ZERO), 1);
  private static final Instant PAID = Instant.parse("2030-01-01T00:00:01Z");
  private static final Instant GRACE = Instant.parse("2030-01-01T00:00:09Z");

  private final List<String> told = new ArrayList<>();
  private final ContentStore content = EmbeddedContent.inMemory();
  private final Threads threads = new Threads("executions", 1);
  private final Executions executions =
      new Executions(List.of(executor()), Map.of(), content, threads);

  private boolean mute;

  @BeforeEach
  void startIt() {
    start(ID);
    told.clear();
  }

  private void start(ExecutionId id) {
    TaskSpec spec = TaskSpec.wasm(ContentId.ofRaw(new byte[0]));
    executions.start(
        new Action.Start(
            id,
            spec.workload(),
            Optional.empty(),
            spec.limits(),
            HostProfile.NOTHING,
            Map.of(),
            TickUnit.seconds(1),
            PAID),
        new SellerTalk(1, silent(), over -> {}),
        0,
        event -> {},
        () -> told.add("started"));
  }

  @AfterEach
  void closeIt() {
    threads.close();
    content.close();
  }

  @Test
  void theLeaseOfAPauseIsGivenOnlyToWhatIsHeld() {
    executions.apply(ID, new ExecutionPlan(1, true, Optional.empty(), GRACE, 0));

    assertThat(told).containsExactly("pause", "leaseUntil " + GRACE);
  }

  @Test
  void theLeaseOfAPauseIsTakenBackBeforeTheProgramGoesOn() {
    executions.apply(ID, new ExecutionPlan(1, true, Optional.empty(), GRACE, 0));
    told.clear();

    executions.apply(ID, new ExecutionPlan(1, false, Optional.empty(), PAID, 0));

    assertThat(told).containsExactly("leaseUntil " + PAID, "resume");
  }

  @Test
  void whatIsToldAgainChangesNothing() {
    ExecutionPlan plan = new ExecutionPlan(1, true, Optional.empty(), GRACE, 0);
    executions.apply(ID, plan);
    told.clear();

    executions.apply(ID, plan);

    assertThat(told).isEmpty();
  }

  @Test
  void whatDoesNotSayWhatItCarriesRunsAsEver() {
    ExecutionId id = new ExecutionId(ID.agreementId(), 2);
    mute = true;

    start(id);

    assertThat(told).containsExactly("started");
    assertThat(executions.knows(id)).isTrue();
  }

  private Executor executor() {
    return proxy(
        Executor.class,
        (method, arguments) ->
            switch (method) {
              case "info" -> new ExecutorInfo(Set.of(Workload.WASM), "none", true, true, "ok");
              case "attach" -> Optional.empty();
              case "start" -> execution();
              default -> null;
            });
  }

  private Execution execution() {
    return proxy(
        Execution.class,
        (method, arguments) -> {
          switch (method) {
            case "channel" -> {
              if (mute) {
                throw new IllegalStateException("no channel");
              }
              return new ExecutionLog();
            }
            case "leaseUntil" -> told.add(method + " " + arguments[0]);
            case "pause", "resume" -> told.add(method);
            case "await" -> threads.pause(Long.MAX_VALUE, nanos -> Thread.sleep(Long.MAX_VALUE));
            default -> {}
          }
          return null;
        });
  }

  private static TalkHost silent() {
    return new TalkHost() {
      @Override
      public void say(PeerMessage message) {}

      @Override
      public void after(Duration delay, Runnable task) {}

      @Override
      public void listen(String name, Predicate<Duration> step) {}
    };
  }

  private interface Answers {
    Object answer(String method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> kind, Answers answers) {
    return kind.cast(
        Proxy.newProxyInstance(
            kind.getClassLoader(),
            new Class<?>[] {kind},
            (self, method, arguments) -> answers.answer(method.getName(), arguments)));
  }
}
