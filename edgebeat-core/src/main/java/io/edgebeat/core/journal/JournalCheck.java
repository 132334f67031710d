package io.edgebeat.core.journal;

/**
 * What a check of a whole journal has found; a value.
 *
 * @param segments how many segment files there are
 * @param snapshots how many snapshots
 * @param firstRecord the first record that is still there
 * @param lastRecord the last one, 0 if there is none
 * @param bytes the size of all of them
 * @param unfinishedBytes what a crash has left of a last write, which the next opening cuts off
 */
public record JournalCheck(
    int segments,
    int snapshots,
    long firstRecord,
    long lastRecord,
    long bytes,
    long unfinishedBytes) {}
