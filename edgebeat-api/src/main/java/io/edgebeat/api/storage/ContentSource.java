package io.edgebeat.api.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Application call: bytes to be stored, readable from the beginning more than once. */
@FunctionalInterface
public interface ContentSource {

  /**
   * Opens the bytes at their beginning; the caller closes the stream.
   *
   * @return a fresh stream
   * @throws IOException when the bytes cannot be read
   */
  InputStream open() throws IOException;

  /**
   * Bytes in memory.
   *
   * @param bytes the bytes; copied
   * @return the source
   */
  static ContentSource of(byte[] bytes) {
    byte[] copy = bytes.clone();
    return () -> new ByteArrayInputStream(copy);
  }

  /**
   * A file.
   *
   * @param file the file
   * @return the source
   */
  static ContentSource of(Path file) {
    return () -> Files.newInputStream(file);
  }
}
