package io.edgebeat.core.journal;

import java.util.List;

/**
 * What opening a journal found; a value for the log of a node and for tests.
 *
 * @param fresh whether the directory held no journal
 * @param snapshotSequence the last record of the snapshot that was used, 0 without one
 * @param records how many records were replayed behind the snapshot
 * @param nextSequence the number of the next record
 * @param cutBytes how many bytes of an unfinished write were cut from the end
 * @param damagedSnapshots snapshots that were skipped because their bytes are damaged; the records
 *     they stand for were all replayed from an older snapshot or from the start
 */
public record Recovery(
    boolean fresh,
    long snapshotSequence,
    long records,
    long nextSequence,
    long cutBytes,
    List<String> damagedSnapshots) {

  /** Copies the list. */
  public Recovery {
    damagedSnapshots = List.copyOf(damagedSnapshots);
  }
}
