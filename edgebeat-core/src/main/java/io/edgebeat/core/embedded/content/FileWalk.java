package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentId;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the links of files and loads every inner node once, however often it is linked; leaves
 * are not loaded.
 */
final class FileWalk {
  private final BlockStore store;
  private final VerifiedBlocks blocks;
  private final Set<ContentId> seen = new HashSet<>();

  FileWalk(BlockStore store, VerifiedBlocks blocks) {
    this.store = store;
    this.blocks = blocks;
  }

  /** The blocks of all files followed so far. */
  Set<ContentId> seen() {
    return seen;
  }

  /** Goes through a whole file up to the first block that is missing, and names that. */
  @Nullable ContentId firstMissing(ContentId root) {
    return follow(root, 0, true);
  }

  /** Goes through as much of a file as is there. */
  void markPresent(ContentId root) {
    follow(root, 0, false);
  }

  private @Nullable ContentId follow(ContentId id, int depth, boolean complete) {
    if (!seen.add(id)) {
      return null;
    }
    if (id.codec() == ContentId.Codec.RAW) {
      return complete && !store.has(id) ? id : null;
    }
    if (depth == FileNode.MAX_DEPTH) {
      throw ContentFaults.mismatch(
          id, "it is more than " + FileNode.MAX_DEPTH + " nodes below the beginning of the file");
    }
    FileNode node = blocks.innerIfPresent(id);
    if (node == null) {
      return complete ? id : null;
    }
    for (ContentId child : node.children()) {
      ContentId missing = follow(child, depth + 1, complete);
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }
}
