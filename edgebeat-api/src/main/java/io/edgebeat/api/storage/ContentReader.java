package io.edgebeat.api.storage;

import java.io.InputStream;

/**
 * SPI: one file of a content store, opened for reading. Every block is verified against its content
 * id before its first byte is handed out.
 */
public interface ContentReader extends AutoCloseable {

  /**
   * The size of the file.
   *
   * <p>Threads: one at a time. Blocking: no. Errors: none. After close: {@code CLOSED}.
   *
   * @return bytes
   */
  long sizeBytes();

  /**
   * The verified bytes from the beginning. Reading may block and throws {@link
   * io.edgebeat.api.error.EdgeBeatException} {@code CONTENT_MISMATCH} naming the block when bytes
   * do not match their id.
   *
   * <p>Threads: one at a time. Blocking: no; reading may block, and an interrupt ends it with
   * {@code INTERRUPTED} or lets it finish, and stays set. Errors: none; reading ends with {@code
   * CONTENT_MISMATCH} or {@code CONTENT_NOT_FOUND} naming the block, or {@code STORAGE_FAILED}.
   * After close: {@code CLOSED}, and for reading too.
   *
   * @return the one stream of this reader; the same at every call
   */
  InputStream stream();

  /**
   * Reads the whole file.
   *
   * <p>Threads: one at a time. Blocking: may block; an interrupt ends it with {@code INTERRUPTED}
   * or lets it finish, and stays set. Errors: as listed below, {@code CONTENT_NOT_FOUND} naming the
   * block, {@code STORAGE_FAILED}. After close: {@code CLOSED}.
   *
   * @param limitBytes the most that may be held in memory
   * @return all bytes, verified
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_TOO_LARGE} naming size and
   *     limit, {@code CONTENT_MISMATCH} naming the block
   */
  byte[] readAll(long limitBytes);

  /**
   * Closes; idempotent.
   *
   * <p>Threads: one at a time. Blocking: no. Errors: none. After close: nothing happens.
   */
  @Override
  void close();
}
