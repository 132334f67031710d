package io.edgebeat.api.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns the chunks of a file into blocks as they come, leaves before their parents: a balanced tree
 * whose leaves all have the same depth. Memory is one row of links per level.
 *
 * <p>Threads: one at a time.
 */
final class FileBuilder {

  /** Takes every block once; the array may be another block's after the call. */
  @FunctionalInterface
  interface BlockSink {
    void accept(ContentId id, byte[] block);
  }

  private final FileLayout layout;
  private final BlockSink sink;
  private final Sha256 sha256 = new Sha256();
  private final List<Level> levels = new ArrayList<>();

  FileBuilder(FileLayout layout, BlockSink sink) {
    this.layout = layout;
    this.sink = sink;
  }

  /** The next chunk: full-sized, except for the last one. */
  void chunk(byte[] bytes, int length) {
    ContentId id = new ContentId(ContentId.Codec.RAW, sha256.hash(bytes, length));
    sink.accept(id, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    add(0, id, length, length);
  }

  /** Closes the tree. A file of one chunk is that chunk, the empty file an empty chunk. */
  ContentId finish() {
    if (levels.isEmpty()) {
      chunk(new byte[0], 0);
    }
    for (int i = 0; ; i++) {
      Level level = levels.get(i);
      if (i == levels.size() - 1 && level.count == 1) {
        return level.ids[0];
      }
      closeNode(i);
    }
  }

  /** The topmost blocks so far: with all below them they are what this file has stored. */
  void forEachPending(Consumer<ContentId> action) {
    for (Level level : levels) {
      for (int i = 0; i < level.count; i++) {
        action.accept(level.ids[i]);
      }
    }
  }

  private void add(int levelIndex, ContentId id, long fileBytes, long totalBytes) {
    if (levelIndex == levels.size()) {
      levels.add(new Level(layout.linksPerNode()));
    }
    // A full row waits for one link more: only then it is known that it needs a parent.
    if (levels.get(levelIndex).count == layout.linksPerNode()) {
      closeNode(levelIndex);
    }
    Level level = levels.get(levelIndex);
    level.ids[level.count] = id;
    level.fileBytes[level.count] = fileBytes;
    level.totalBytes[level.count] = totalBytes;
    level.count++;
  }

  private void closeNode(int levelIndex) {
    Level level = levels.get(levelIndex);
    List<DagPb.Link> links = new ArrayList<>(level.count);
    long fileBytes = 0;
    long totalBytes = 0;
    for (int i = 0; i < level.count; i++) {
      links.add(new DagPb.Link(level.ids[i], level.totalBytes[i]));
      fileBytes += level.fileBytes[i];
      totalBytes += level.totalBytes[i];
    }
    byte[] data = UnixFs.encodeInner(fileBytes, level.fileBytes, level.count);
    byte[] block = new DagPb(links, data).encode();
    ContentId id = new ContentId(ContentId.Codec.DAG_PB, sha256.hash(block, block.length));
    sink.accept(id, block);
    add(levelIndex + 1, id, fileBytes, totalBytes + block.length);
    level.count = 0;
  }

  /** The links of one level that have no parent yet. */
  private static final class Level {
    final ContentId[] ids;
    final long[] fileBytes;
    final long[] totalBytes;
    int count;

    Level(int width) {
      ids = new ContentId[width];
      fileBytes = new long[width];
      totalBytes = new long[width];
    }
  }
}
