package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Admission;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Workload;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ExecutorProvider;
import io.edgebeat.spi.ProviderContext;
import java.io.File;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(Bench.CHILDREN)
class WasmExecutorProviderTest {
  private final ExecutorProvider provider =
      ServiceLoader.load(ExecutorProvider.class).stream()
          .map(ServiceLoader.Provider::get)
          .filter(found -> found.id().equals("wasm"))
          .findFirst()
          .orElseThrow();

  private static ProviderContext context(Map<String, String> config, @Nullable Path directory) {
    return new ProviderContext(
        BackendConfig.of(config),
        () -> Bench.START,
        Bench.threads(),
        unused(Signer.class),
        unused(SignatureBackend.class),
        Optional.empty(),
        Optional.ofNullable(directory));
  }

  static ProviderContext context(Map<String, String> config) {
    return context(config, null);
  }

  @Test
  void aNodeThatKeepsFilesRunsGuestsInProcessesOfTheirOwn(@TempDir Path directory) {
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    Map<String, String> process = Map.of("isolation", "process");
    Map<String, String> inJvm = Map.of("isolation", "in-jvm", "codeBytesOnDisk", "0");
    assertThat(isolation(context(Map.of()))).startsWith("in-process");
    assertThat(isolation(context(Map.of(), directory))).startsWith("child JVM");
    assertThat(isolation(context(process))).startsWith("child JVM");
    assertThat(isolation(context(inJvm, directory))).startsWith("in-process");
    // Nobody has asked for anything: nothing was started, and nothing was written.
    assertThat(directory).isEmptyDirectory();
    assertThat(ProcessHandle.current().children()).isSubsetOf(before);
  }

  @Test
  void theEngineIsTheOneThatIsAskedFor() {
    Map<String, String> graal = Map.of("engine", "graal", "memoryBytes", "1000000");
    assertThat(isolation(context(Map.of("engine", "chicory")))).contains("Chicory");
    assertThat(isolation(context(graal))).contains("GraalWasm");
  }

  private String isolation(ProviderContext context) {
    try (Executor executor = provider.create(context)) {
      return executor.info().isolation();
    }
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new AssertionError("not used by an executor");
            }));
  }

  @Test
  void isFoundAndConfigured() {
    ExecutionLimits limits = ExecutionLimits.DEFAULTS;
    Workload workload = Workload.wasm(ContentId.ofRaw(new byte[0]));
    try (Executor executor = provider.create(context(Map.of()))) {
      assertThat(executor.admit(workload, limits)).isEqualTo(new Admission.Admitted());
    }
    try (Executor executor = provider.create(context(Map.of("memoryBytes", "1000000")))) {
      assertThat(executor.admit(workload, limits)).isInstanceOf(Admission.Refused.class);
    }
  }

  @Test
  void saysWhatIsWrongWithItsConfiguration() {
    assertFails(Map.of("memorybytes", "1"), ErrorCode.UNKNOWN_CONFIG_KEY, "memoryBytes");
    assertFails(Map.of("wallTime", "1 h"), ErrorCode.INVALID_CONFIG_VALUE, "1 h");
    assertFails(Map.of("memoryBytes", "0"), ErrorCode.INVALID_CONFIG_VALUE, "memoryBytes");
    assertFails(Map.of("locals", "4001"), ErrorCode.INVALID_CONFIG_VALUE, "locals");
    assertFails(Map.of("compileTime", "PT0S"), ErrorCode.INVALID_CONFIG_VALUE, "compileTime");
    assertFails(Map.of("fileBytes", "-1"), ErrorCode.INVALID_CONFIG_VALUE, "fileBytes");
    assertFails(Map.of("fileNames", "0"), ErrorCode.INVALID_CONFIG_VALUE, "fileNames");
    assertFails(Map.of("descriptors", "x"), ErrorCode.INVALID_CONFIG_VALUE, "descriptors");
    assertFails(Map.of("codeBytesOnDisk", "-1"), ErrorCode.INVALID_CONFIG_VALUE, "codeBytesOnDisk");
    assertFails(Map.of("executions", "99999999999"), ErrorCode.INVALID_CONFIG_VALUE, "executions");
    assertFails(
        Map.of("isolation", "none"), ErrorCode.INVALID_CONFIG_VALUE, "in-jvm, found \"none");
    assertFails(Map.of("engine", "v8"), ErrorCode.INVALID_CONFIG_VALUE, "graal, found \"v8");
    Map<String, String> elsewhere = Map.of("isolation", "process", "engine", "graal");
    assertFails(elsewhere, ErrorCode.INVALID_CONFIG_VALUE, "set isolation to in-jvm");
    Map<String, String> badHeap = Map.of("isolation", "process", "childHeapBytes", "17");
    assertFails(badHeap, ErrorCode.INVALID_CONFIG_VALUE, "childHeapBytes must be 0 or at least");
    Map<String, String> badCount = Map.of("isolation", "process", "children", "-1");
    assertFails(badCount, ErrorCode.INVALID_CONFIG_VALUE, "children must lie in 0 to 1000");
  }

  @Test
  void aNodeWithADirectoryCompilesOnce(@TempDir Path directory) throws Exception {
    Path code = directory.resolve("wasm-code");
    try (MemoryContent content = new MemoryContent()) {
      Workload workload = Workload.wasm(content.put(Wat.assemble("(func (export \"_start\"))")));
      for (int round = 0; round < 2; round++) {
        try (Executor executor =
            provider.create(context(Map.of("isolation", "in-jvm"), directory))) {
          executor.prepare(workload, content, Progress.NONE);
        }
        assertThat(code.toFile().list()).as("round " + round).hasSize(2); // and the self-test's
      }
      for (File file : code.toFile().listFiles()) {
        Files.delete(file.toPath());
      }
      try (Executor executor =
          provider.create(
              context(Map.of("isolation", "in-jvm", "codeBytesOnDisk", "0"), directory))) {
        executor.prepare(workload, content, Progress.NONE);
      }
      assertThat(code.toFile().list()).isEmpty();
    }
  }

  private void assertFails(Map<String, String> config, ErrorCode code, String part) {
    assertThatThrownBy(() -> provider.create(context(config)))
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }
}
