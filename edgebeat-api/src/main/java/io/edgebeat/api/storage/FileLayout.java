package io.edgebeat.api.storage;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;

/**
 * How a file is cut and its tree is built. Another layout gives another id for the same bytes, so
 * everything but a test uses {@link #STANDARD}.
 *
 * @param chunkBytes bytes of a leaf
 * @param linksPerNode the most links of a node
 */
record FileLayout(int chunkBytes, int linksPerNode) {
  /** What {@code ipfs add --cid-version=1} does. */
  static final FileLayout STANDARD = new FileLayout(256 << 10, 174);

  FileLayout {
    if (chunkBytes < 1
        || chunkBytes > BlockStore.MAX_BLOCK_BYTES
        || linksPerNode < 2
        || linksPerNode > FileNode.MAX_LINKS) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "no layout for files: chunks of " + chunkBytes + " bytes, " + linksPerNode + " links");
    }
  }
}
