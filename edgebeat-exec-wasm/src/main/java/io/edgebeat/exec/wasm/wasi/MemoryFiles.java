package io.edgebeat.exec.wasm.wasi;

import io.edgebeat.exec.wasm.wasi.PathWalk.Last;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * The files of one guest: a tree of directories, regular files and symbolic links, all in memory,
 * empty at the beginning and gone at the end. Numbers of files count up from 1, the root; every
 * time is the one instant that the guest's clock shows, or 0. So equal calls give equal answers on
 * every machine. Used by one thread, but for {@link #bytes}.
 */
public final class MemoryFiles {
  final FileQuota quota;
  final Space space;
  final Toll toll;
  final long now;
  private final boolean hasClock;
  Directory root;
  long lastInode = 1;

  /**
   * An empty root.
   *
   * @param quota how much is given, visible to the guest
   * @param ceiling how much the host has
   * @param toll what is paid for the work
   * @param clock what every clock shows, in nanoseconds since 1970; empty when there is none
   */
  public MemoryFiles(FileQuota quota, FileCeiling ceiling, Toll toll, OptionalLong clock) {
    this.quota = quota;
    this.space = new Space(quota, ceiling);
    this.toll = toll;
    this.now = clock.orElse(0);
    this.hasClock = clock.isPresent();
    this.root = new Directory(1, now, null);
  }

  /**
   * What the files take, as the quota counts it; for any thread.
   *
   * @return bytes
   */
  public long bytes() {
    return space.bytes();
  }

  Place find(Directory base, String path, Last last) throws WasiError {
    return PathWalk.find(quota, toll, base, path, last);
  }

  private void touch(FileNode node) {
    node.modified = now;
    node.changed = now;
  }

  private void checkAlive(Directory directory) throws WasiError {
    if (directory.removed) {
      throw new WasiError(Errno.NOENT);
    }
  }

  private void enter(Directory parent, String name, FileNode node) throws WasiError {
    checkAlive(parent);
    space.takeName(node.names == 0 ? node.blocks() : 0);
    parent.put(name, node);
    touch(parent);
    node.changed = now;
  }

  RegularFile createFile(Place place) throws WasiError {
    String name = place.freeName();
    if (place.slash()) {
      throw new WasiError(Errno.ISDIR);
    }
    RegularFile file = new RegularFile(lastInode + 1, now);
    enter(place.parent(), name, file);
    lastInode++;
    return file;
  }

  void createDirectory(Place place) throws WasiError {
    String name = place.freeName();
    if (place.parent().depth() >= quota.depth()) {
      throw new WasiError(Errno.DQUOT);
    }
    enter(place.parent(), name, new Directory(lastInode + 1, now, place.parent()));
    lastInode++;
  }

  void createLink(Place place, String target) throws WasiError {
    if (target.isEmpty()) {
      throw new WasiError(Errno.NOENT);
    }
    String name = place.freeName();
    if (place.slash()) {
      throw new WasiError(Errno.NOENT);
    }
    enter(place.parent(), name, new SymbolicLink(lastInode + 1, now, target));
    lastInode++;
  }

  /** Gives another name to something. */
  void link(FileNode node, Place place) throws WasiError {
    if (node instanceof Directory) {
      throw new WasiError(Errno.PERM);
    }
    String name = place.freeName();
    if (place.slash()) {
      throw new WasiError(Errno.NOENT);
    }
    enter(place.parent(), name, node);
  }

  void unlink(Place place) throws WasiError {
    FileNode node = place.existing();
    if (node instanceof Directory) {
      throw new WasiError(Errno.ISDIR);
    }
    take(place.parent(), place.ownName());
  }

  void removeDirectory(Place place) throws WasiError {
    if (!(place.existing() instanceof Directory directory)) {
      throw new WasiError(Errno.NOTDIR);
    }
    String name = place.name();
    if (name == null) {
      throw new WasiError(directory.isEmpty() ? Errno.INVAL : Errno.NOTEMPTY);
    }
    if (!directory.isEmpty()) {
      throw new WasiError(Errno.NOTEMPTY);
    }
    take(place.parent(), name);
    directory.removed = true;
    directory.parent = directory;
  }

  /** Takes a name away, and what it named if that was its last. */
  private void take(Directory parent, String name) {
    FileNode node = parent.remove(name);
    space.giveName();
    touch(parent);
    node.changed = now;
    forgetUnheld(node);
  }

  void rename(Place from, Place to) throws WasiError {
    FileNode node = from.existing();
    String oldName = from.ownName();
    String newName = to.ownName();
    checkAlive(to.parent());
    if (to.slash() && !(node instanceof Directory)) {
      throw new WasiError(Errno.NOTDIR);
    }
    FileNode replaced = to.node();
    if (node.equals(replaced)) {
      return;
    }
    if (node instanceof Directory directory) {
      if (to.parent().isInside(directory)) {
        throw new WasiError(Errno.INVAL);
      }
      if (replaced != null && !(replaced instanceof Directory)) {
        throw new WasiError(Errno.NOTDIR);
      }
      if (to.parent().depth() + 1 + height(directory) > quota.depth()) {
        throw new WasiError(Errno.DQUOT);
      }
    } else if (replaced instanceof Directory) {
      throw new WasiError(Errno.ISDIR);
    }
    if (replaced instanceof Directory directory && !directory.isEmpty()) {
      throw new WasiError(Errno.NOTEMPTY);
    }
    if (replaced != null) {
      take(to.parent(), newName);
      if (replaced instanceof Directory directory) {
        directory.removed = true;
        directory.parent = directory;
      }
    }
    from.parent().remove(oldName);
    to.parent().put(newName, node);
    touch(from.parent());
    touch(to.parent());
    node.changed = now;
  }

  /** How many directories lie inside of one another in it. */
  private int height(Directory directory) {
    record Level(Directory directory, int depth) {}
    int height = 0;
    Deque<Level> open = new ArrayDeque<>();
    open.push(new Level(directory, 0));
    while (!open.isEmpty()) {
      Level level = open.pop();
      height = Math.max(height, level.depth());
      for (Directory.Entry entry : level.directory().entries()) {
        toll.pay(Work.STEP, 1);
        if (entry.node() instanceof Directory inner) {
          open.push(new Level(inner, level.depth() + 1));
        }
      }
    }
    return height;
  }

  /** A descriptor holds it. */
  void hold(FileNode node) {
    node.holders++;
  }

  /** A descriptor does not hold it any more. */
  void release(FileNode node) {
    node.holders--;
    forgetUnheld(node);
  }

  private void forgetUnheld(FileNode node) {
    if (node.names == 0 && node.holders == 0) {
      space.give(node.blocks());
    }
  }

  /** Makes a file longer, with zeros, or shorter. */
  void resize(RegularFile file, long size) throws WasiError {
    if (size < 0) {
      throw new WasiError(Errno.INVAL);
    }
    long more = RegularFile.blocks(size) - file.blocks();
    if (more > 0) {
      if (size > quota.bytes()) {
        throw new WasiError(Errno.FBIG);
      }
      space.take(more);
    }
    toll.pay(Work.STEP, 1);
    file.resize(size);
    if (more < 0) {
      space.give(-more);
    }
    touch(file);
  }

  /**
   * Makes room for bytes at a position, for as many of them as there is room.
   *
   * @return how many
   */
  int reserve(RegularFile file, long position, int count) throws WasiError {
    if (count == 0) {
      return 0;
    }
    if (position >= quota.bytes()) {
      throw new WasiError(Errno.FBIG);
    }
    long most = (file.blocks() + space.free()) * FileQuota.BLOCK;
    if (position >= most) {
      throw new WasiError(Errno.NOSPC);
    }
    int fitting = (int) Math.min(count, Math.min(most, quota.bytes()) - position);
    if (position + fitting > file.size()) {
      resize(file, position + fitting);
    }
    touch(file);
    return fitting;
  }

  /** The block to write to at a position that was reserved. */
  byte[] blockToWrite(RegularFile file, long position) {
    if (!file.hasBlock((int) (position / FileQuota.BLOCK))) {
      toll.pay(Work.STEP, 1);
    }
    return file.blockToWrite(position);
  }

  /** Sets times as the flags of {@code filestat_set_times} say. */
  void setTimes(FileNode node, long accessed, long modified, int flags) throws WasiError {
    boolean bothAccessed = (flags & 3) == 3;
    boolean bothModified = (flags & 12) == 12;
    if (flags < 0 || flags > 15 || bothAccessed || bothModified) {
      throw new WasiError(Errno.INVAL);
    }
    if ((flags & (2 | 8)) != 0 && !hasClock) {
      throw new WasiError(Errno.NOTSUP);
    }
    if ((flags & 3) != 0) {
      node.accessed = (flags & 1) != 0 ? accessed : now;
    }
    if ((flags & 12) != 0) {
      node.modified = (flags & 4) != 0 ? modified : now;
    }
    node.changed = now;
  }
}
