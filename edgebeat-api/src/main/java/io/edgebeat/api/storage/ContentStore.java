package io.edgebeat.api.storage;

/**
 * SPI: keeps and finds content by its id. A file's id equals what {@code ipfs add --cid-version=1}
 * prints (UnixFS, chunks of 256 KiB, raw leaves, at most 174 links a node, balanced), so that
 * stores can be exchanged.
 *
 * <p>Threads: calls may overlap. Blocking: every call may block and can be interrupted. Errors:
 * each method says. After close: {@code CLOSED}.
 */
public interface ContentStore extends AutoCloseable {

  /**
   * Stores a file and pins it.
   *
   * @param source the bytes
   * @param progress is told how far it has come
   * @return the file's id
   * @throws io.edgebeat.api.error.EdgeBeatException {@code STORAGE_FAILED} when the bytes cannot be
   *     read or kept
   */
  ContentId put(ContentSource source, Progress progress);

  /**
   * Opens a file. No unverified byte is ever handed out.
   *
   * @param id the file
   * @return a reader that the caller closes
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_NOT_FOUND} when no block of that
   *     id is to be had, {@code CONTENT_MISMATCH} when the first block does not match
   */
  ContentReader open(ContentId id);

  /**
   * Whether the whole file is here.
   *
   * @param id the file
   * @return true when every block is in this store
   */
  boolean has(ContentId id);

  /**
   * Keeps a file when room is made.
   *
   * @param id the file
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_NOT_FOUND}
   */
  void pin(ContentId id);

  /**
   * Allows a file to be dropped; nothing happens when it is not here.
   *
   * @param id the file
   */
  void unpin(ContentId id);

  /**
   * What is known of a file.
   *
   * @param id the file
   * @return size, number of blocks and whether it is pinned
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_NOT_FOUND}
   */
  ContentStat stat(ContentId id);

  /** Closes; idempotent. */
  @Override
  void close();
}
