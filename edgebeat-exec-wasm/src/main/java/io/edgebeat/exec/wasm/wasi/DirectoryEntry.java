package io.edgebeat.exec.wasm.wasi;

/**
 * A value: one name as {@code fd_readdir} lists it.
 *
 * @param cookie where the listing goes on behind it; grows from entry to entry
 * @param inode of what it names
 * @param type of what it names
 * @param name the name
 */
public record DirectoryEntry(long cookie, long inode, FileType type, String name) {}
