package io.edgebeat.exec.wasm.wasi;

import io.edgebeat.exec.wasm.wasi.Descriptor.OpenDirectory;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenFile;
import io.edgebeat.exec.wasm.wasi.PathWalk.Last;

/** The functions {@code path_*}: what can be done with names below an open directory. */
public final class PathCalls {
  private static final int CREATE = 1;
  private static final int DIRECTORY = 2;
  private static final int EXCLUSIVE = 4;
  private static final int TRUNCATE = 8;
  private static final int ALL_OPEN_FLAGS = CREATE | DIRECTORY | EXCLUSIVE | TRUNCATE;
  private static final int FOLLOW = 1;

  private final MemoryFiles files;
  private final Descriptors descriptors;

  /**
   * On these files.
   *
   * @param files the files
   * @param descriptors what is open
   */
  public PathCalls(MemoryFiles files, Descriptors descriptors) {
    this.files = files;
    this.descriptors = descriptors;
  }

  private Place find(OpenDirectory directory, String path, Last last) throws WasiError {
    return files.find(directory.directory, path, last);
  }

  private static Last last(int lookup) throws WasiError {
    return switch (lookup) {
      case 0 -> Last.ITSELF;
      case FOLLOW -> Last.FOLLOWED;
      default -> throw new WasiError(Errno.INVAL);
    };
  }

  /**
   * {@code path_open}. The new descriptor gets of the rights asked for those that have a meaning
   * for what it is.
   *
   * @param fd the directory
   * @param lookup whether a symbolic link at the end is followed
   * @param path the path
   * @param how create, directory, exclusive, truncate
   * @param base the rights wanted
   * @param inheriting the rights wanted to be inherited
   * @param flags flags of the descriptor
   * @return its number
   * @throws WasiError when it cannot be opened
   */
  public int open(int fd, int lookup, String path, int how, long base, long inheriting, int flags)
      throws WasiError {
    OpenDirectory from = descriptors.directory(fd, openRights(how));
    Last last = last(lookup);
    if ((how & ~ALL_OPEN_FLAGS) != 0
        || (flags & ~Descriptor.ALL_FLAGS) != 0
        || (how & (CREATE | DIRECTORY)) == (CREATE | DIRECTORY)) {
      throw new WasiError(Errno.INVAL);
    }
    if (((base | inheriting | syncRights(flags)) & ~from.inheriting) != 0) {
      throw new WasiError(Errno.NOTCAPABLE);
    }
    // With both flags the name must not be there at all, not even as a link that leads nowhere.
    boolean fresh = (how & (CREATE | EXCLUSIVE)) == (CREATE | EXCLUSIVE);
    Place place = find(from, path, fresh ? Last.ITSELF : last);
    if (fresh && place.node() != null) {
      throw new WasiError(Errno.EXIST);
    }
    descriptors.checkRoom();
    if (place.node() == null) {
      if ((how & CREATE) == 0) {
        throw new WasiError(Errno.NOENT);
      }
      return descriptors.add(new OpenFile(files.createFile(place), base, flags));
    }
    if (place.node() instanceof Directory directory) {
      if ((base & Rights.FD_WRITE) != 0 || (how & (CREATE | TRUNCATE)) != 0) {
        throw new WasiError(Errno.ISDIR);
      }
      return descriptors.add(new OpenDirectory(directory, base, inheriting, flags, null));
    }
    if (!(place.node() instanceof RegularFile file)) {
      throw new WasiError(Errno.LOOP);
    }
    if ((how & DIRECTORY) != 0) {
      throw new WasiError(Errno.NOTDIR);
    }
    if ((how & TRUNCATE) != 0) {
      files.resize(file, 0);
    }
    return descriptors.add(new OpenFile(file, base, flags));
  }

  private static long openRights(int how) {
    return Rights.PATH_OPEN
        | ((how & CREATE) != 0 ? Rights.PATH_CREATE_FILE : 0)
        | ((how & TRUNCATE) != 0 ? Rights.PATH_FILESTAT_SET_SIZE : 0);
  }

  private static long syncRights(int flags) {
    return ((flags & Descriptor.DSYNC) != 0 ? Rights.FD_DATASYNC : 0)
        | ((flags & (Descriptor.RSYNC | Descriptor.SYNC)) != 0 ? Rights.FD_SYNC : 0);
  }

  /**
   * {@code path_create_directory}.
   *
   * @param fd the directory
   * @param path the path
   * @throws WasiError when it cannot be made
   */
  public void createDirectory(int fd, String path) throws WasiError {
    OpenDirectory from = descriptors.directory(fd, Rights.PATH_CREATE_DIRECTORY);
    files.createDirectory(find(from, path, Last.NEVER_FOLLOWED));
  }

  /**
   * {@code path_filestat_get}.
   *
   * @param fd the directory
   * @param lookup whether a symbolic link at the end is followed
   * @param path the path
   * @return the status
   * @throws WasiError when there is no such thing
   */
  public FileStatus status(int fd, int lookup, String path) throws WasiError {
    OpenDirectory from = descriptors.directory(fd, Rights.PATH_FILESTAT_GET);
    return find(from, path, last(lookup)).existing().status();
  }

  /**
   * {@code path_filestat_set_times}.
   *
   * @param fd the directory
   * @param lookup whether a symbolic link at the end is followed
   * @param path the path
   * @param accessed nanoseconds since 1970
   * @param modified nanoseconds since 1970
   * @param flags which of them, and which are now
   * @throws WasiError as {@link FileCalls#setTimes}, and when there is no such thing
   */
  public void setTimes(int fd, int lookup, String path, long accessed, long modified, int flags)
      throws WasiError {
    OpenDirectory from = descriptors.directory(fd, Rights.PATH_FILESTAT_SET_TIMES);
    FileNode node = find(from, path, last(lookup)).existing();
    files.setTimes(node, accessed, modified, flags);
  }

  /**
   * {@code path_link}.
   *
   * @param oldFd the directory of what there is
   * @param lookup whether a symbolic link at its end is followed
   * @param oldPath the path to what there is
   * @param newFd the directory of the new name
   * @param newPath the path to the new name
   * @throws WasiError when it cannot be made; {@code PERM} for a directory
   */
  public void link(int oldFd, int lookup, String oldPath, int newFd, String newPath)
      throws WasiError {
    OpenDirectory source = descriptors.directory(oldFd, Rights.PATH_LINK_SOURCE);
    OpenDirectory target = descriptors.directory(newFd, Rights.PATH_LINK_TARGET);
    FileNode node = find(source, oldPath, last(lookup)).existing();
    files.link(node, find(target, newPath, Last.NEVER_FOLLOWED));
  }

  /**
   * {@code path_symlink}.
   *
   * @param target what the link holds; nothing is asked of it before it is followed
   * @param fd the directory
   * @param path the path
   * @throws WasiError when it cannot be made
   */
  public void symlink(String target, int fd, String path) throws WasiError {
    OpenDirectory from = descriptors.directory(fd, Rights.PATH_SYMLINK);
    files.createLink(find(from, path, Last.NEVER_FOLLOWED), target);
  }

  /**
   * {@code path_readlink}.
   *
   * @param fd the directory
   * @param path the path
   * @return what the link holds
   * @throws WasiError {@code INVAL} when it is no symbolic link
   */
  public String readLink(int fd, String path) throws WasiError {
    OpenDirectory from = descriptors.directory(fd, Rights.PATH_READLINK);
    if (find(from, path, Last.ITSELF).existing() instanceof SymbolicLink link) {
      return link.target;
    }
    throw new WasiError(Errno.INVAL);
  }

  /**
   * {@code path_unlink_file}.
   *
   * @param fd the directory
   * @param path the path
   * @throws WasiError {@code ISDIR} for a directory
   */
  public void unlink(int fd, String path) throws WasiError {
    OpenDirectory from = descriptors.directory(fd, Rights.PATH_UNLINK_FILE);
    files.unlink(find(from, path, Last.NEVER_FOLLOWED));
  }

  /**
   * {@code path_remove_directory}.
   *
   * @param fd the directory
   * @param path the path
   * @throws WasiError {@code NOTDIR}, {@code NOTEMPTY}; {@code INVAL} when it ends in a dot
   */
  public void removeDirectory(int fd, String path) throws WasiError {
    OpenDirectory from = descriptors.directory(fd, Rights.PATH_REMOVE_DIRECTORY);
    files.removeDirectory(find(from, path, Last.NEVER_FOLLOWED));
  }

  /**
   * {@code path_rename}.
   *
   * @param oldFd the directory of the name it has
   * @param oldPath the path to it
   * @param newFd the directory of the name it gets
   * @param newPath the path to it
   * @throws WasiError as {@code rename} of POSIX
   */
  public void rename(int oldFd, String oldPath, int newFd, String newPath) throws WasiError {
    OpenDirectory source = descriptors.directory(oldFd, Rights.PATH_RENAME_SOURCE);
    OpenDirectory target = descriptors.directory(newFd, Rights.PATH_RENAME_TARGET);
    Place from = find(source, oldPath, Last.NEVER_FOLLOWED);
    files.rename(from, find(target, newPath, Last.NEVER_FOLLOWED));
  }
}
