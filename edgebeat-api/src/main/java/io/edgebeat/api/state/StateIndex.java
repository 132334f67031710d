package io.edgebeat.api.state;

/**
 * SPI: a queryable picture of journal and ledger; it can be rebuilt at any time and is never the
 * truth.
 *
 * <p>Threads: queries may overlap with everything; rows are written by one thread at a time.
 * Blocking: every call may block and can be interrupted. Errors: as for {@link IndexQueries}; after
 * one nothing of the call is in the picture, and the same call may be made again. After close:
 * {@code CLOSED}.
 */
public interface StateIndex extends IndexQueries, AutoCloseable {

  /**
   * Writes rows and cursor in one step; of two entries with one key the later counts.
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
   * @return where the rows of the new picture go; another one that was not finished is given up
   */
  Rebuild rebuild();

  /** Closes; idempotent. A rebuild that is not finished is given up. */
  @Override
  void close();

  /** A handle on a picture that nobody sees yet; used by one thread at a time. */
  interface Rebuild extends AutoCloseable {

    /**
     * Writes rows of the new picture.
     *
     * @param batch the rows
     * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} when it was finished or
     *     given up; otherwise as {@link StateIndex#apply}
     */
    void add(IndexBatch batch);

    /**
     * Puts the new picture in the place of the old one, in one step.
     *
     * @param cursor up to where the new picture is
     * @throws io.edgebeat.api.error.EdgeBeatException {@code WRONG_STATE} when it was finished or
     *     given up
     */
    void finish(IndexCursor cursor);

    /** Gives up what was not finished; idempotent, and nothing after {@link #finish}. */
    @Override
    void close();
  }
}
