package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ExecutorProvider;
import io.edgebeat.spi.ProviderContext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * SPI implementation: makes a {@link WasmExecutor} under the id {@code wasm}.
 *
 * <p>{@code isolation} says where guests run: {@code process}, in child JVMs, or {@code in-jvm}, in
 * the node's own. Without it a node that keeps files, as a seller's does, has {@code process}, and
 * one without a directory, as those of tests and of virtual time, has {@code in-jvm}. Of the
 * children: {@code children} (how many are kept ready while there is work), {@code childHeapBytes},
 * {@code childIdle} and {@code childClassPath}, see {@link ChildOptions}.
 *
 * <p>{@code engine} says what runs guests in the node's JVM: {@code chicory}, or {@code graal},
 * which is for nodes on a GraalVM and whose jars have to be added ({@link WasmMode#GRAAL}).
 *
 * <p>The other configuration keys are the components of {@link WasmLimits}, with {@link
 * WasmLimits#DEFAULTS} for those that are absent: {@code memoryBytes}, {@code wallTime} (a duration
 * such as {@code PT1H}), {@code inputBytes}, {@code outputBytes}, {@code executions}, {@code
 * imageBytes}, {@code codeBytes}, {@code functions}, {@code tableEntries}, {@code messageBytes},
 * {@code cacheBytes}, {@code locals}, {@code compileTime}, {@code fileBytes}, {@code fileNames} and
 * {@code descriptors}.
 *
 * <p>A node with a directory whose guests run in its own JVM keeps compiled modules there, in
 * {@code wasm-code}; {@code codeBytesOnDisk} says how much, and 0 that it does not.
 */
public final class WasmExecutorProvider implements ExecutorProvider {
  private static final String ISOLATION = "isolation";
  private static final String PROCESS = "process";
  private static final String IN_JVM = "in-jvm";

  private static final String ENGINE = "engine";
  private static final String CHICORY = "chicory";
  private static final String GRAAL = "graal";

  private static final Set<String> KEYS =
      Set.of(
          "memoryBytes",
          "wallTime",
          "inputBytes",
          "outputBytes",
          "executions",
          "imageBytes",
          "codeBytes",
          "functions",
          "tableEntries",
          "messageBytes",
          "cacheBytes",
          "locals",
          "compileTime",
          "fileBytes",
          "fileNames",
          "descriptors",
          ISOLATION,
          ENGINE,
          "children",
          "childHeapBytes",
          "childIdle",
          "childClassPath",
          "codeBytesOnDisk");

  /** For {@code ServiceLoader}. */
  public WasmExecutorProvider() {}

  @Override
  public String id() {
    return "wasm";
  }

  @Override
  public Set<String> configKeys() {
    return KEYS;
  }

  @Override
  public Executor create(ProviderContext context) {
    BackendConfig config = context.config().requireKnown(id(), KEYS);
    String isolation = config.text(ISOLATION, context.directory().isPresent() ? PROCESS : IN_JVM);
    if (isGraal(config) && !isolation.equals(IN_JVM)) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration key \"engine\": graal runs guests in the node's JVM only; set isolation to"
              + " in-jvm, found \""
              + isolation
              + "\"");
    }
    WasmExecutor executor =
        switch (isolation) {
          case PROCESS ->
              WasmExecutor.inChildren(
                  context.threads(),
                  context.clock(),
                  limits(config),
                  children(config, context.directory()));
          case IN_JVM -> inJvm(context, isGraal(config));
          default ->
              throw new EdgeBeatException(
                  ErrorCode.INVALID_CONFIG_VALUE,
                  "configuration key \"isolation\" must be process or in-jvm, found \""
                      + isolation
                      + "\"");
        };
    if (!executor.info().selfTest().equals("ok")) {
      String reason = executor.info().selfTest();
      executor.close();
      throw new EdgeBeatException(
          ErrorCode.BACKEND_UNAVAILABLE, "WebAssembly does not work in this JVM: " + reason);
    }
    return executor;
  }

  private static boolean isGraal(BackendConfig config) {
    String engine = config.text(ENGINE, CHICORY);
    if (!engine.equals(CHICORY) && !engine.equals(GRAAL)) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration key \"engine\" must be chicory or graal, found \"" + engine + "\"");
    }
    return engine.equals(GRAAL);
  }

  private static WasmExecutor inJvm(ProviderContext context, boolean graal) {
    WasmLimits limits = limits(context.config());
    return graal
        ? WasmExecutor.create(context.threads(), context.clock(), limits, WasmMode.GRAAL)
        : WasmExecutor.create(context.threads(), context.clock(), limits, code(context));
  }

  private static CodeCache code(ProviderContext context) {
    long bytes = context.config().number("codeBytesOnDisk", CodeCache.BYTES_ON_DISK);
    if (bytes < 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration of backend \"wasm\": codeBytesOnDisk must not be negative, found "
              + bytes);
    }
    return context.directory().isEmpty() || bytes == 0
        ? CodeCache.IN_MEMORY
        : CodeCache.in(context.directory().get().resolve("wasm-code"), bytes);
  }

  /** The limits that some configuration gives. */
  static WasmLimits limits(BackendConfig config) {
    WasmLimits defaults = WasmLimits.DEFAULTS;
    return named(
        () ->
            new WasmLimits(
                config.number("memoryBytes", defaults.memoryBytes()),
                config.duration("wallTime", defaults.wallTime()),
                config.number("inputBytes", defaults.inputBytes()),
                config.number("outputBytes", defaults.outputBytes()),
                count(config, "executions", defaults.executions()),
                config.number("imageBytes", defaults.imageBytes()),
                config.number("codeBytes", defaults.codeBytes()),
                count(config, "functions", defaults.functions()),
                count(config, "tableEntries", defaults.tableEntries()),
                count(config, "messageBytes", defaults.messageBytes()),
                config.number("cacheBytes", defaults.cacheBytes()),
                count(config, "locals", defaults.locals()),
                config.duration("compileTime", defaults.compileTime()),
                config.number("fileBytes", defaults.fileBytes()),
                count(config, "fileNames", defaults.fileNames()),
                count(config, "descriptors", defaults.descriptors())));
  }

  private static ChildOptions children(BackendConfig config, Optional<Path> directory) {
    ChildOptions defaults = ChildOptions.DEFAULTS;
    String classPath = config.text("childClassPath", "");
    return named(
        () ->
            new ChildOptions(
                count(config, "children", defaults.spare()),
                config.number("childHeapBytes", defaults.heapBytes()),
                config.duration("childIdle", defaults.idle()),
                classPath.isEmpty() ? Optional.empty() : Optional.of(classPath),
                directory.map(where -> where.resolve("wasm"))));
  }

  private static <T> T named(Supplier<T> made) {
    try {
      return made.get();
    } catch (EdgeBeatException e) {
      if (e.code() != ErrorCode.INVALID_ARGUMENT) {
        throw e;
      }
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          RetryAdvice.NEVER,
          "configuration of backend \"wasm\": " + e.getMessage(),
          e);
    }
  }

  /**
   * A number whose range {@link WasmLimits} checks; one that is no int becomes one that is wrong.
   */
  private static int count(BackendConfig config, String key, int fallback) {
    long value = config.number(key, fallback);
    return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, value));
  }
}
