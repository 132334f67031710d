package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.util.ServiceConfigurationError;
import java.util.concurrent.ThreadFactory;

/** Finds the engine of a mode. */
final class WasmEngines {
  /** What a node has to add that runs guests in GraalWasm. */
  private static final String DEPENDENCIES =
      "org.graalvm.polyglot:polyglot and org.graalvm.polyglot:wasm (of type pom)";

  private WasmEngines() {}

  /**
   * An engine, without code on disk.
   *
   * @param threads makes those that the engine needs
   * @throws EdgeBeatException {@code BACKEND_MISSING} naming the dependency to add
   */
  static WasmEngine of(WasmMode mode, WasmLimits limits, ThreadFactory threads) {
    return switch (mode) {
      case COMPILED, INTERPRETED -> new ChicoryEngine(limits, mode);
      case GRAAL -> graal(limits, threads);
    };
  }

  private static WasmEngine graal(WasmLimits limits, ThreadFactory threads) {
    try {
      return new GraalEngine(limits, threads);
    } catch (LinkageError
        | ServiceConfigurationError
        | IllegalStateException
        | IllegalArgumentException e) {
      // Its interface is not there, no language is, others are, or the jars do not fit each other.
      throw new EdgeBeatException(
          ErrorCode.BACKEND_MISSING,
          RetryAdvice.NEVER,
          "engine \"graal\": GraalWasm is not to be found; add " + DEPENDENCIES + ": " + e,
          e);
    }
  }
}
