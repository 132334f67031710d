package io.edgebeat.exec.wasm.wasi;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, in blocks of which those exist that were written to; the others are zeros. The size counts
 * in full, whether its blocks exist or not. Bytes behind the end of an existing block are zero.
 */
final class RegularFile extends FileNode {
  static final int BLOCK = FileQuota.BLOCK;

  private static final byte[] ZEROS = new byte[BLOCK];

  private byte[] @Nullable [] blocks = new byte[0][];
  private long size;

  RegularFile(long inode, long now) {
    super(inode, now);
  }

  @Override
  FileType type() {
    return FileType.REGULAR_FILE;
  }

  @Override
  long size() {
    return size;
  }

  @Override
  long blocks() {
    return blocks(size);
  }

  static long blocks(long size) {
    return size == 0 ? 0 : (size - 1) / BLOCK + 1; // of any size: a guest asks for 2^63 - 1
  }

  /** The block at a position, to be read only. */
  byte[] blockAt(long position) {
    int index = (int) (position / BLOCK);
    byte[] block = index < blocks.length ? blocks[index] : null;
    return block == null ? ZEROS : block;
  }

  /** The block at a position below the size, to be written to. */
  byte[] blockToWrite(long position) {
    int index = (int) (position / BLOCK);
    if (index >= blocks.length) {
      long wanted = Math.max(index + 1L, Math.min(blocks(), 2L * blocks.length));
      blocks = Arrays.copyOf(blocks, (int) wanted);
    }
    byte[] block = blocks[index];
    if (block == null) {
      block = new byte[BLOCK];
      blocks[index] = block;
    }
    return block;
  }

  /** Whether the block at a position was written to. */
  boolean hasBlock(int index) {
    return index < blocks.length && blocks[index] != null;
  }

  /** The blocks that were written to, in order. */
  int[] present() {
    return IntStream.range(0, blocks.length).filter(this::hasBlock).toArray();
  }

  void resize(long newSize) {
    if (newSize < size) {
      int kept = (int) blocks(newSize);
      if (kept < blocks.length) {
        blocks = Arrays.copyOf(blocks, kept);
      }
      int used = (int) (newSize % BLOCK);
      if (used != 0 && hasBlock(kept - 1)) {
        Arrays.fill(blocks[kept - 1], used, BLOCK, (byte) 0);
      }
    }
    size = newSize;
  }
}
