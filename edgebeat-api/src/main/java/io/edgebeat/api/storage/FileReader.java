package io.edgebeat.api.storage;

import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One file of blocks; they are not dropped while it is open. */
final class FileReader implements ContentReader {
  /** Some virtual machines cannot allocate the last few elements. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final VerifiedBlocks blocks;
  private final ContentId id;
  private final FileNode root;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable FileStream stream;

  FileReader(VerifiedBlocks blocks, ContentId id, FileNode root, Runnable release) {
    this.blocks = blocks;
    this.id = id;
    this.root = root;
    this.release = release;
  }

  @Override
  public long sizeBytes() {
    ensureOpen();
    return root.sizeBytes();
  }

  @Override
  public InputStream stream() {
    ensureOpen();
    FileStream opened = stream;
    if (opened == null) {
      opened = new FileStream(blocks, id, root);
      stream = opened;
    }
    return opened;
  }

  @Override
  public byte[] readAll(long limitBytes) {
    ensureOpen();
    long limit = Math.min(limitBytes, MAX_ARRAY);
    if (root.sizeBytes() > limit) {
      throw ContentFaults.tooLarge("file " + id, root.sizeBytes(), limit);
    }
    byte[] all = new byte[(int) root.sizeBytes()];
    try (FileStream whole = new FileStream(blocks, id, root)) {
      int at = 0;
      while (at < all.length) {
        int count = whole.read(all, at, all.length - at);
        if (count < 0) {
          // every node was checked against its parent, so the sizes add up
          throw new IllegalStateException("file " + id + " ended after " + at + " bytes");
        }
        at += count;
      }
    }
    return all;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      if (stream != null) {
        stream.close();
      }
      release.run();
    }
  }

  private void ensureOpen() {
    if (closed.get()) {
      throw ContentFaults.closed();
    }
  }
}
