package io.edgebeat.server;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files that a command reads and writes. */
final class Output {
  private Output() {}

  static byte[] read(Path file, String what, long maxBytes) {
    try {
      long size = Files.size(file);
      if (size > maxBytes) {
        throw new EdgeBeatException(
            ErrorCode.CONTENT_TOO_LARGE,
            file + " has " + size + " bytes, " + what + " has at most " + maxBytes);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      throw failed("there is no file " + file, none);
    } catch (IOException e) {
      throw failed("reading " + file + " failed: " + e, e);
    }
  }

  /** Writes a file that is not there yet: what somebody has kept is not overwritten. */
  static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException there) {
      throw failed(file + " is there already; name a file that is not", there);
    } catch (IOException e) {
      throw failed("writing " + file + " failed: " + e, e);
    }
  }

  private static EdgeBeatException failed(String words, IOException cause) {
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED, RetryAdvice.AFTER_STATE_CHANGE, words, cause);
  }
}
