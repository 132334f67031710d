package io.edgebeat.api.storage;

/**
 * SPI: keeps and finds content by its id. A file's id equals what {@code ipfs add --cid-version=1}
 * prints (UnixFS, chunks of 256 KiB, raw leaves, at most 174 links a node, balanced), so that
 * stores can be exchanged.
 */
public interface ContentStore extends AutoCloseable {

  /**
   * Stores a file and pins it.
   *
   * <p>Threads: calls may overlap, with the same bytes too. Blocking: as long as the source and the
   * store take; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and stays set.
   * Errors: {@code STORAGE_FAILED} as below, {@code CONTENT_TOO_LARGE} for what can never fit;
   * after any the call may be repeated. After close: {@code CLOSED}, also in the midst of it.
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
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: as listed below, and {@code
   * STORAGE_FAILED}. After close: {@code CLOSED}.
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
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * CONTENT_MISMATCH} naming a damaged block that was looked into. After close: {@code CLOSED}.
   *
   * @param id the file
   * @return true when every block is in this store
   */
  boolean has(ContentId id);

  /**
   * Keeps a file when room is made.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: as listed below, {@code STORAGE_FAILED},
   * {@code CONTENT_MISMATCH} as {@link #has}. After close: {@code CLOSED}.
   *
   * @param id the file
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_NOT_FOUND}
   */
  void pin(ContentId id);

  /**
   * Allows a file to be dropped; nothing happens when it is not here.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}. After close:
   * {@code CLOSED}.
   *
   * @param id the file
   */
  void unpin(ContentId id);

  /**
   * What is known of a file.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: as listed below, {@code STORAGE_FAILED},
   * {@code CONTENT_MISMATCH} as {@link #has}. After close: {@code CLOSED}.
   *
   * @param id the file
   * @return size, number of blocks and whether it is pinned
   * @throws io.edgebeat.api.error.EdgeBeatException {@code CONTENT_NOT_FOUND}
   */
  ContentStat stat(ContentId id);

  /**
   * Closes; idempotent.
   *
   * <p>Threads: at any time; a reader ends with {@code CLOSED} at the next block it has to load.
   * Blocking: until the blocks are done that are being read or written, and not for a whole file;
   * an interrupt stays set. Errors: {@code STORAGE_FAILED}. After close: nothing happens.
   */
  @Override
  void close();
}
