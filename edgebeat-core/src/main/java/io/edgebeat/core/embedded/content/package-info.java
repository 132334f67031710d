/**
 * The embedded content store: files as UnixFS blocks with the ids of {@code ipfs add
 * --cid-version=1}, in memory or in a directory, every block verified before a byte of it is handed
 * out.
 *
 * <p>The way in is {@code EmbeddedContentStore}. Below it, {@code FileBuilder} cuts and hashes,
 * {@code FileNode}, {@code DagPb} and {@code UnixFs} are the format and nothing else, {@code
 * BlockStore} keeps blocks without judging them, and {@code VerifiedBlocks} is the one place where
 * bytes become trusted.
 */
@NullMarked
package io.edgebeat.core.embedded.content;

import org.jspecify.annotations.NullMarked;
