package io.edgebeat.core.journal;

import io.edgebeat.api.error.EdgeBeatException;
import org.jspecify.annotations.Nullable;

/**
 * Told once what became of an appended record. One instance may serve any number of records.
 *
 * <p>Called in append order, one call at a time, by the thread that flushes: the flusher thread, or
 * whoever calls {@link Journal#doWork()}. It may append further records; it must not wait for
 * another record of the same journal.
 */
@FunctionalInterface
public interface Completion {

  /**
   * The record is durable, or will never be promised to be.
   *
   * @param sequence the number {@link Journal#append} returned
   * @param failure null if the record is durable; else why the journal stopped (code {@code
   *     STORAGE_FAILED}): the record may or may not be found when the directory is opened again
   */
  void completed(long sequence, @Nullable EdgeBeatException failure);
}
