package io.edgebeat.core.journal;

/**
 * Receives what a journal holds while it is opened: at most one snapshot, then every later record
 * in order. It must only fold what it is given into a state; nothing may be sent or decided before
 * {@link Journal#open} has returned, because the opening may still fail.
 */
public interface JournalReplay {

  /**
   * The newest valid snapshot; called first, and only if there is one.
   *
   * @param state the bytes given to {@link Journal#writeSnapshot}
   * @param upToSequence the last record the snapshot stands for
   */
  void snapshot(byte[] state, long upToSequence);

  /**
   * A record.
   *
   * @param sequence its number, one above that of the previous record
   * @param payload its bytes; the receiver may keep them
   */
  void record(long sequence, byte[] payload);
}
