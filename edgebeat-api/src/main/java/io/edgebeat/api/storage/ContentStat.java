package io.edgebeat.api.storage;

/**
 * A value: what a store knows of a file without reading it all.
 *
 * @param id the file
 * @param sizeBytes bytes of the file
 * @param blocks how many blocks it is made of
 * @param pinned whether the store keeps it when it makes room
 */
public record ContentStat(ContentId id, long sizeBytes, long blocks, boolean pinned) {}
