package io.edgebeat.api.storage;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the links of files and loads every inner node once, however often it is linked; leaves
 * are not loaded.
 */
final class FileWalk {
  private final Blocks blocks;
  private final VerifiedBlocks verified;
  private final Set<ContentId> seen = new HashSet<>();

  FileWalk(Blocks blocks) {
    this.blocks = blocks;
    this.verified = new VerifiedBlocks(blocks);
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
      return complete && !blocks.has(id) ? id : null;
    }
    if (depth == FileNode.MAX_DEPTH) {
      throw ContentFaults.mismatch(
          id, "it is more than " + FileNode.MAX_DEPTH + " nodes below the beginning of the file");
    }
    FileNode node = verified.innerIfPresent(id);
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
