package io.edgebeat.api;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A value: a copy of a node's state that was made while it ran.
 *
 * @param directory where it is
 * @param at when it was made
 * @param records the last record of the journal that is in it; whatever was durable before is too
 * @param bytes its size
 */
public record Backup(Path directory, Instant at, long records, long bytes) {}
