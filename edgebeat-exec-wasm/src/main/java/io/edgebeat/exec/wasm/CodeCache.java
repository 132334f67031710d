package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.code.CodeStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A value: where a {@link WasmExecutor} keeps compiled modules, besides in memory. What lies there
 * is code that runs in this process: the directory must be writable for its user alone, and whoever
 * has that user's rights can change what the node does, as with everything else the node keeps.
 *
 * @param directory a directory of its own, whose parent exists; empty to keep nothing on disk
 * @param mostBytes how much is kept there
 */
public record CodeCache(Optional<Path> directory, long mostBytes) {
  /** How much a node keeps on disk that was told nothing else. */
  public static final long BYTES_ON_DISK = 256L << 20;

  /** Nothing on disk. */
  public static final CodeCache IN_MEMORY = new CodeCache(Optional.empty(), BYTES_ON_DISK);

  /**
   * Checks the size.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming it
   */
  public CodeCache {
    if (mostBytes <= 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "mostBytes of compiled code must be positive, found " + mostBytes);
    }
  }

  /**
   * In a directory.
   *
   * @param directory a directory of its own, whose parent exists
   * @param mostBytes how much is kept there
   * @return where compiled modules are kept
   */
  public static CodeCache in(Path directory, long mostBytes) {
    return new CodeCache(Optional.of(directory), mostBytes);
  }

  Optional<CodeStore> open(InstantSource clock) {
    return directory.flatMap(path -> CodeStore.open(path, mostBytes, clock));
  }
}
