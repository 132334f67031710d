package io.edgebeat.api.storage;

import io.edgebeat.api.error.EdgeBeatException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * The bytes of a file, depth first: one leaf and the nodes above it are in memory, no more. A read
 * never goes beyond the leaf that was verified. After an error the same read may be repeated: the
 * stream stays where it was.
 */
final class FileStream extends InputStream {
  private final VerifiedBlocks blocks;
  private final ContentId file;
  private final Deque<Frame> path = new ArrayDeque<>();
  private byte[] leaf = new byte[0];
  private long loaded;
  private int at;
  private boolean closed;

  FileStream(VerifiedBlocks blocks, ContentId rootId, FileNode root) {
    this.blocks = blocks;
    this.file = rootId;
    path.push(new Frame(rootId, root));
  }

  @Override
  public int read() {
    return ready() ? leaf[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      ensureOpen();
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    int count = Math.min(length, leaf.length - at);
    System.arraycopy(leaf, at, target, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    ensureOpen();
    return leaf.length - at;
  }

  @Override
  public void close() {
    closed = true;
    path.clear();
    leaf = new byte[0];
    at = 0;
  }

  private void ensureOpen() {
    if (closed) {
      throw ContentFaults.closed();
    }
  }

  /** Whether a verified byte is at hand; loads the next leaf if not. False at the end. */
  private boolean ready() {
    ensureOpen();
    while (at == leaf.length) {
      Frame top = path.peek();
      if (top == null) {
        return false;
      }
      List<ContentId> children = top.node.children();
      if (children.isEmpty()) {
        path.pop();
        leaf = top.node.inline();
        loaded += leaf.length;
        at = 0;
      } else if (top.next == children.size()) {
        path.pop();
      } else {
        path.push(childInFile(top));
        top.next++;
      }
    }
    return true;
  }

  private Frame childInFile(Frame parent) {
    try {
      return child(parent);
    } catch (EdgeBeatException e) {
      throw switch (e.code()) {
        case CONTENT_MISMATCH, CONTENT_NOT_FOUND -> ContentFaults.inFile(file, loaded, e);
        default -> e;
      };
    }
  }

  private Frame child(Frame parent) {
    ContentId id = parent.node.children().get(parent.next);
    if (id.codec() == ContentId.Codec.DAG_PB && path.size() >= FileNode.MAX_DEPTH) {
      throw ContentFaults.mismatch(
          id, "it is more than " + FileNode.MAX_DEPTH + " nodes below the beginning of the file");
    }
    FileNode node = blocks.inner(id);
    long declared = parent.node.childBytes(parent.next);
    if (node.sizeBytes() != declared) {
      throw ContentFaults.mismatch(
          id,
          "it holds "
              + node.sizeBytes()
              + " bytes of the file where its parent "
              + parent.id
              + " declares "
              + declared);
    }
    return new Frame(id, node);
  }

  /** A node on the way down and which child comes next. */
  private static final class Frame {
    final ContentId id;
    final FileNode node;
    int next;

    Frame(ContentId id, FileNode node) {
      this.id = id;
      this.node = node;
    }
  }
}
