package io.edgebeat.api.task;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A value: what to run.
 *
 * @param type which kind of executor can run it, such as {@code wasm}
 * @param image the program
 * @param entry the exported function to call; empty for the program's own entry ({@code _start})
 * @param arguments what the program is given on its command line, or the function's arguments as
 *     decimal numbers
 */
public record Workload(
    String type, ContentId image, Optional<String> entry, List<String> arguments) {
  /** The type of WebAssembly workloads. */
  public static final String WASM = "wasm";

  /**
   * Checks and copies.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} when the type is blank
   */
  public Workload {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(entry, "entry");
    arguments = List.copyOf(arguments);
    if (type.isBlank()) {
      throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, "a workload needs a type");
    }
  }

  /**
   * A WASI command.
   *
   * @param module the module
   * @param arguments the command line without the program's name
   * @return the workload
   */
  public static Workload wasm(ContentId module, String... arguments) {
    return new Workload(WASM, module, Optional.empty(), List.of(arguments));
  }
}
