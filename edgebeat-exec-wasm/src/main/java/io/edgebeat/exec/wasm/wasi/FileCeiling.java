package io.edgebeat.exec.wasm.wasi;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;

/**
 * What a host has to give at most, whatever a guest's quota says.
 *
 * @param bytes of all files, counted as in {@link FileQuota}
 * @param names in all directories
 * @param descriptors open at once
 */
public record FileCeiling(long bytes, int names, int descriptors) {
  /** No less than any quota. */
  public static final FileCeiling NONE =
      new FileCeiling(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  void check(String what, long wanted, long most) {
    if (wanted > most) {
      throw new EdgeBeatException(
          ErrorCode.LIMIT_EXCEEDED,
          wanted + " " + what + " of files are wanted; at most " + most + " are given here");
    }
  }
}
