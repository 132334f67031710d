package io.edgebeat.api.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * A node of a file that links to further blocks, checked in itself: as many sizes as links, each at
 * least one byte, adding up to the node's own size. That each child really has the size its parent
 * declares is for the reader to check.
 *
 * <p>A link of zero bytes is refused although a lenient reader would skip it: a few such blocks
 * that link to one another many times would be endless work for no byte.
 */
final class FileNode {
  /** The most links of a node that is read. {@code ipfs add} writes 174, later profiles 1024. */
  static final int MAX_LINKS = 8192;

  /** The most nodes on the way from the root to a leaf. Six hold a file of 2^63 bytes. */
  static final int MAX_DEPTH = 16;

  private static final long[] NO_SIZES = new long[0];

  private final List<ContentId> children;
  private final long[] childBytes;
  private final byte[] inline;
  private final long sizeBytes;

  private FileNode(List<ContentId> children, long[] childBytes, byte[] inline, long sizeBytes) {
    this.children = children;
    this.childBytes = childBytes;
    this.inline = inline;
    this.sizeBytes = sizeBytes;
  }

  /** The blocks below, in order. */
  List<ContentId> children() {
    return children;
  }

  /** The bytes of the file below a child. */
  long childBytes(int index) {
    return childBytes[index];
  }

  /** The bytes in the node itself, not to be changed; empty when there are children. */
  byte[] inline() {
    return inline;
  }

  /** The bytes of the file in and below this node. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** A raw block: bytes and no children. */
  static FileNode raw(byte[] block) {
    return new FileNode(List.of(), NO_SIZES, block, block.length);
  }

  static FileNode decode(byte[] block) throws MalformedBlockException {
    DagPb node = DagPb.decode(block, MAX_LINKS);
    UnixFs file = UnixFs.decode(node.data(), MAX_LINKS);
    int links = node.links().size();
    long[] sizes = file.blockSizes();
    if (links != sizes.length) {
      throw MalformedBlockException.of(links + " links and " + sizes.length + " block sizes");
    }
    if (links > 0 && file.inline().length > 0) {
      throw MalformedBlockException.of("links and " + file.inline().length + " bytes in one node");
    }
    List<ContentId> children = new ArrayList<>(links);
    long sum = file.inline().length;
    for (int i = 0; i < links; i++) {
      if (sizes[i] == 0) {
        throw MalformedBlockException.of("block size 0 for link " + i);
      }
      if (sizes[i] > Long.MAX_VALUE - sum) {
        throw MalformedBlockException.of("block sizes that add up to more than 63 bits");
      }
      sum += sizes[i];
      children.add(node.links().get(i).id());
    }
    if (sum != file.fileSize()) {
      throw MalformedBlockException.of(
          "file size " + file.fileSize() + " where its parts add up to " + sum);
    }
    return new FileNode(children, sizes, file.inline(), sum);
  }
}
