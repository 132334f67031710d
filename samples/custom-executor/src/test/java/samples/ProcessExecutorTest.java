package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Workload;
import io.edgebeat.testkit.ExecutorBench;
import io.edgebeat.testkit.ExecutorContract;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What every executor promises, on real processes. */
class ProcessExecutorTest implements ExecutorContract {
  @Override
  public ExecutorBench createBench() {
    LocalMarket market = EdgeBeat.local().realTime();
    return new ExecutorBench() {
      @Override
      public Executor createExecutor(InstantSource clock) {
        return new ProcessExecutor(Thread.ofPlatform().daemon().factory());
      }

      @Override
      public ContentStore content() {
        return market.content();
      }

      @Override
      public Workload workload(Program program) {
        return script(
            "#!/bin/sh\n"
                + switch (program) {
                  case COPIES_INPUT -> "cat";
                  case EXITS_WITH_3 -> "exit 3";
                  case RUNS_FOREVER -> "while :; do :; done";
                  case SAYS_HELLO -> "echo hello >&2";
                });
      }

      @Override
      public Workload noProgram() {
        return script("no program");
      }

      private Workload script(String text) {
        var source = ContentSource.of(text.getBytes(StandardCharsets.UTF_8));
        var image = content().put(source, Progress.NONE);
        return new Workload("process", image, Optional.empty(), List.of());
      }

      @Override
      public void close() {
        market.close();
      }
    };
  }
}
