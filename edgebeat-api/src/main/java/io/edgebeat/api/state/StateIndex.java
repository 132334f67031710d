package io.edgebeat.api.state;

/**
 * SPI: a queryable picture of journal and ledger; it can be rebuilt at any time and is never the
 * truth.
 *
 * <p>After an error nothing of the call is in the picture, and the same call may be made again.
 */
public interface StateIndex extends IndexQueries, AutoCloseable {

  /**
   * Writes rows and cursor in one step; of two entries with one key the later counts.
   *
   * <p>Threads: one at a time with every other call that writes rows, and beside queries. Blocking:
   * may block; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and stays set.
   * Errors: {@code STORAGE_FAILED}, {@code NOT_ALLOWED} or {@code LOCKED} when the place of the
   * picture fails, refuses this user or is held by another; {@code INVALID_ARGUMENT} as below.
   * After close: {@code CLOSED}.
   *
   * @param batch the rows
   * @param cursor up to where the picture then is
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} naming a row whose
   *     amounts count different assets
   */
  void apply(IndexBatch batch, IndexCursor cursor);

  /**
   * Begins a picture from scratch. Until it is finished queries are answered from the one before,
   * which {@link #apply} goes on writing.
   *
   * <p>Threads: one at a time with every other call that writes rows, and beside queries. Blocking:
   * may block; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and stays set.
   * Errors: {@code STORAGE_FAILED}, {@code NOT_ALLOWED} or {@code LOCKED} when the place of the
   * picture fails, refuses this user or is held by another. After close: {@code CLOSED}.
   *
   * @return where the rows of the new picture go; another one that was not finished is given up
   */
  Rebuild rebuild();

  /**
   * Closes; idempotent. A rebuild that is not finished is given up.
   *
   * <p>Threads: at any time. Blocking: no, it waits for no other call. Errors: none. After close:
   * nothing happens.
   */
  @Override
  void close();

  /** SPI: a picture that nobody sees yet. */
  interface Rebuild extends AutoCloseable {

    /**
     * Writes rows of the new picture.
     *
     * <p>Threads: one at a time with every other call that writes rows, and beside queries.
     * Blocking: may block; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and
     * stays set. Errors: as those of {@link StateIndex#apply}, and {@code WRONG_STATE} as below.
     * After close: {@code CLOSED} once the index is closed.
     *
     * @param batch the rows
     * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} when it was finished or
     *     given up; otherwise as {@link StateIndex#apply}
     */
    void add(IndexBatch batch);

    /**
     * Puts the new picture in the place of the old one, in one step.
     *
     * <p>Threads: one at a time with every other call that writes rows, and beside queries.
     * Blocking: may block; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and
     * stays set. Errors: as those of {@link StateIndex#apply}, and {@code WRONG_STATE} as below.
     * After close: {@code CLOSED} once the index is closed.
     *
     * @param cursor up to where the new picture is
     * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} when it was finished or
     *     given up
     */
    void finish(IndexCursor cursor);

    /**
     * Gives up what was not finished; idempotent, and nothing after {@link #finish}.
     *
     * <p>Threads: one at a time with every other call that writes rows, and beside queries.
     * Blocking: may block; an interrupt ends it with {@code INTERRUPTED} or lets it finish, and
     * stays set. Errors: as those of {@link StateIndex#rebuild}; the next rebuild drops the rows
     * then. After close: nothing happens, also once the index is closed.
     */
    @Override
    void close();
  }
}
