package io.edgebeat.exec.wasm.wasi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Names. They are listed in the order in which they were made, which no change of others disturbs:
 * each has a number that is never given again in this directory.
 */
final class Directory extends FileNode {
  /** Cookies of {@code .} and {@code ..}; names have those behind. */
  private static final long SELF = 1;

  static final long PARENT = 2;

  /** One name. */
  record Entry(long number, String name, FileNode node) {}

  /** Where it is; of the root, and of one that was removed, itself. */
  Directory parent;

  /** Nothing can be made in a directory that was removed. */
  boolean removed;

  long lastNumber = PARENT;
  private final Map<String, Entry> byName = new TreeMap<>();
  private final TreeMap<Long, Entry> byNumber = new TreeMap<>();
  private int subdirectories;

  Directory(long inode, long now, @Nullable Directory parent) {
    super(inode, now);
    this.parent = parent == null ? this : parent;
  }

  @Override
  FileType type() {
    return FileType.DIRECTORY;
  }

  @Override
  long size() {
    return 0;
  }

  @Override
  long blocks() {
    return 0;
  }

  /** Its own {@code .} and the {@code ..} of those inside count, as is the custom. */
  @Override
  long linkCount() {
    return removed ? 0 : 2L + subdirectories;
  }

  @Nullable FileNode get(String name) {
    Entry entry = byName.get(name);
    return entry == null ? null : entry.node();
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  int count() {
    return byName.size();
  }

  /** Its entries in the order of listing. */
  Iterable<Entry> entries() {
    return byNumber.values();
  }

  void put(String name, FileNode node) {
    put(++lastNumber, name, node);
  }

  /** With a number that it had before. */
  void put(long number, String name, FileNode node) {
    Entry entry = new Entry(number, name, node);
    byName.put(name, entry);
    byNumber.put(number, entry);
    node.names++;
    if (node instanceof Directory directory) {
      directory.parent = this;
      subdirectories++;
    }
  }

  FileNode remove(String name) {
    Entry entry = byName.remove(name);
    if (entry == null) {
      throw new IllegalStateException("no entry " + name);
    }
    byNumber.remove(entry.number());
    entry.node().names--;
    if (entry.node() instanceof Directory) {
      subdirectories--;
    }
    return entry.node();
  }

  /** How many directories it lies in. */
  int depth() {
    int depth = 0;
    for (Directory at = this; !at.parent.equals(at); at = at.parent) {
      depth++;
    }
    return depth;
  }

  /** Whether it is that directory or lies in it. */
  boolean isInside(Directory other) {
    Directory at = this;
    while (!at.equals(other)) {
      if (at.parent.equals(at)) {
        return false;
      }
      at = at.parent;
    }
    return true;
  }

  /** At most so many entries behind a cookie, 0 for the beginning. */
  List<DirectoryEntry> list(long cookie, int most) {
    List<DirectoryEntry> list = new ArrayList<>();
    if (cookie < 0) {
      return list; // behind all, as an unsigned number
    }
    if (cookie < SELF) {
      list.add(new DirectoryEntry(SELF, inode, FileType.DIRECTORY, "."));
    }
    if (cookie < PARENT) {
      list.add(new DirectoryEntry(PARENT, parent.inode, FileType.DIRECTORY, ".."));
    }
    for (Entry entry : byNumber.tailMap(cookie, false).values()) {
      if (list.size() >= most) {
        break;
      }
      FileNode node = entry.node();
      list.add(new DirectoryEntry(entry.number(), node.inode, node.type(), entry.name()));
    }
    return list;
  }
}
