/**
 * The append-only journal of facts, the only truth of a node, and the one interface through which
 * the engine touches files.
 *
 * <p>{@link io.edgebeat.core.journal.Journal} is the entry; {@link io.edgebeat.core.journal.Disk}
 * is what it stands on. The bytes on disk are described in {@code Format}.
 */
@NullMarked
package io.edgebeat.core.journal;

import org.jspecify.annotations.NullMarked;
