package io.edgebeat.exec.wasm.wasi;

/**
 * A value: what {@code fdstat} shows.
 *
 * @param type what it is
 * @param flags its flags
 * @param base its rights
 * @param inheriting the rights that can be inherited from it
 */
public record DescriptorStatus(FileType type, int flags, long base, long inheriting) {}
