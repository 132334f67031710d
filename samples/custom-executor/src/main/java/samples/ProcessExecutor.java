package samples;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.AbstractExecution;
import io.edgebeat.api.exec.AbstractExecutor;
import io.edgebeat.api.exec.ExecutionRequest;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.ExecutorInfo;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import io.edgebeat.spi.ExecutorProvider;
import io.edgebeat.spi.ProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Runs shell scripts as plain processes. There is no sandbox: for people who trust each other. */
final class ProcessExecutor extends AbstractExecutor {
  private final ThreadFactory threads;

  ProcessExecutor(ThreadFactory threads) {
    super(
        // Nothing ends a process when the node is dead, so no lease is promised.
        new ExecutorInfo(Set.of("process"), "none, a plain process", false, false, "ok"),
        new ExecutionLimits(1L << 40, Duration.ofDays(1), 1L << 30, 1L << 30));
    this.threads = threads;
  }

  @Override
  protected void load(Workload workload, ContentStore content, Progress progress) {
    try (ContentReader image = content.open(workload.image())) {
      if (!new String(image.readAll(1 << 20), StandardCharsets.UTF_8).startsWith("#!/bin/sh\n")) {
        throw new EdgeBeatException(
            ErrorCode.BAD_WORKLOAD, workload.image() + " does not begin with #!/bin/sh");
      }
    }
  }

  @Override
  protected AbstractExecution create(ExecutionRequest request) {
    load(request.workload(), request.content(), Progress.NONE);
    return new Run(request);
  }

  private final class Run extends AbstractExecution {
    private Path directory;
    private Process process;
    private volatile boolean stopped;
    private volatile Usage usage = Usage.NONE;

    Run(ExecutionRequest request) {
      super(request);
    }

    @Override
    protected void begin() throws IOException {
      directory = Files.createTempDirectory("execution");
      Files.write(directory.resolve("input"), input());
      try (ContentReader image = request().content().open(request().workload().image())) {
        Files.copy(image.stream(), directory.resolve("script"));
      }
      List<String> command = new ArrayList<>(List.of("/bin/sh", "script"));
      command.addAll(request().workload().arguments());
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(directory.resolve("input").toFile())
              .redirectOutput(directory.resolve("output").toFile())
              .redirectError(directory.resolve("error").toFile())
              .start();
      threads.newThread(() -> end(outcome())).start();
    }

    private TaskOutcome outcome() {
      long millis = request().limits().wallTime().toMillis();
      try {
        boolean inTime = process.waitFor(millis, TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        say(Files.readAllBytes(directory.resolve("error")));
        if (stopped || !inTime) {
          return stopped ? new TaskOutcome.Stopped("stopped") : new TaskOutcome.TimedOut(millis);
        }
        var output = ContentSource.of(directory.resolve("output"));
        var result = request().content().put(output, Progress.NONE);
        int code = process.exitValue();
        return code == 0 ? new TaskOutcome.Completed(result) : new TaskOutcome.Exited(code, result);
      } catch (IOException | InterruptedException | EdgeBeatException e) {
        return new TaskOutcome.Failed(ErrorCode.EXECUTOR_FAILED, e.toString());
      }
    }

    @Override
    public Usage usage() {
      long cpu = process.info().totalCpuDuration().map(Duration::toNanos).orElse(usage.cpuNanos());
      long in = directory.resolve("input").toFile().length();
      long out = directory.resolve("output").toFile().length();
      usage = new Usage(0, Math.max(cpu, usage.cpuNanos()), 0, in, out, Map.of());
      return usage;
    }

    @Override
    public void leaseUntil(Instant until) {}

    @Override
    public void pause() {
      signal("-STOP");
    }

    @Override
    public void resume() {
      signal("-CONT");
    }

    private void signal(String signal) {
      try {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
      } catch (IOException | InterruptedException e) {
        process.destroyForcibly();
      }
    }

    @Override
    public void stop(Duration grace) {
      stopped = true;
      resume();
      process.destroy();
      process
          .onExit()
          .completeOnTimeout(process, grace.toMillis(), TimeUnit.MILLISECONDS)
          .thenRun(process::destroyForcibly);
    }
  }

  /** Lets every node find it that has this jar on its class path. */
  public static final class Provider implements ExecutorProvider {
    @Override
    public String id() {
      return "process";
    }

    @Override
    public Executor create(ProviderContext context) {
      return new ProcessExecutor(context.threads());
    }
  }
}
