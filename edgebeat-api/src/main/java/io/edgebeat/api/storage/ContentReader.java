package io.edgebeat.api.storage;

import java.io.InputStream;

/**
 * SPI: one file of a content store, opened for reading. Every block is verified against its content
 * id before its first byte is handed out.
 *
 * <p>Threads: one at a time. After close: {@code CLOSED}.
 */
public interface ContentReader extends AutoCloseable {

  /**
   * The size of the file.
   *
   * @return bytes
   */
  long sizeBytes();

  /**
   * The verified bytes from the beginning. Reading may block and throws {@link
   * io.edgebeat.api.error.EdgeBeatException} {@code CONTENT_MISMATCH} naming the block when bytes
   * do not match their id.
   *
   * @return the one stream of this reader; the same at every call
   */
  InputStream stream();

  /**
   * Reads the whole file.
   *
   * @param limitBytes the most that may be held in memory
   * @return all bytes, verified
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_TOO_LARGE} naming size and
   *     limit, {@code CONTENT_MISMATCH} naming the block
   */
  byte[] readAll(long limitBytes);

  /** Closes; idempotent. */
  @Override
  void close();
}
