package io.edgebeat.exec.wasm.wasi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Follows a path from a directory, and never out of it: neither by {@code ..}, nor by a path or a
 * symbolic link that begins with a slash, nor by a link that leads up. The way is remembered, so
 * {@code ..} goes back where the walk came from.
 */
final class PathWalk {
  private final FileQuota quota;
  private final Toll toll;
  private final Deque<Directory> trail = new ArrayDeque<>();
  private final Deque<String> rest = new ArrayDeque<>();
  private int links;
  private boolean slash;

  /** What is done with a symbolic link that is the last name of a path. */
  enum Last {
    /** It is followed. */
    FOLLOWED,
    /** It is meant itself, unless a slash follows. */
    ITSELF,
    /** It is meant itself, and no directory whatever follows. */
    NEVER_FOLLOWED
  }

  private PathWalk(FileQuota quota, Toll toll, Directory base) {
    this.quota = quota;
    this.toll = toll;
    trail.push(base);
  }

  /** Where a path leads. */
  static Place find(FileQuota quota, Toll toll, Directory base, String path, Last last)
      throws WasiError {
    return new PathWalk(quota, toll, base).walk(path, last);
  }

  private Place walk(String path, Last last) throws WasiError {
    slash = prepend(path);
    while (true) {
      toll.pay(Work.STEP, 1);
      String name = rest.poll();
      boolean isLast = rest.isEmpty();
      Directory here = trail.element();
      if (name == null || name.equals(".")) {
        if (isLast) {
          return new Place(here, null, here, slash);
        }
        continue;
      }
      if (name.equals("..")) {
        if (trail.size() == 1) {
          throw new WasiError(Errno.NOTCAPABLE);
        }
        trail.pop();
        if (isLast) {
          return new Place(trail.element(), null, trail.element(), slash);
        }
        continue;
      }
      checkName(name);
      FileNode node = here.get(name);
      if (node instanceof SymbolicLink link && follows(isLast, last)) {
        if (++links > quota.links()) {
          throw new WasiError(Errno.LOOP);
        }
        slash |= prepend(link.target) && isLast;
        continue;
      }
      if (isLast) {
        return end(here, name, node);
      }
      if (node == null) {
        throw new WasiError(Errno.NOENT);
      }
      if (!(node instanceof Directory next)) {
        throw new WasiError(Errno.NOTDIR);
      }
      trail.push(next);
    }
  }

  private boolean follows(boolean isLast, Last last) {
    return switch (last) {
      case FOLLOWED -> true;
      case ITSELF -> !isLast || slash;
      case NEVER_FOLLOWED -> !isLast;
    };
  }

  private Place end(Directory here, String name, @Nullable FileNode node) throws WasiError {
    if (slash && node != null && !(node instanceof Directory)) {
      throw new WasiError(Errno.NOTDIR);
    }
    return new Place(here, name, node, slash);
  }

  /** Puts the names of a path before the rest, and says whether it ends in a slash. */
  private boolean prepend(String path) throws WasiError {
    if (path.isEmpty()) {
      throw new WasiError(Errno.NOENT);
    }
    if (path.startsWith("/")) {
      throw new WasiError(Errno.NOTCAPABLE);
    }
    int end = path.length();
    while (end > 0) {
      int begin = path.lastIndexOf('/', end - 1) + 1;
      if (begin < end) {
        toll.pay(Work.STEP, 1);
        rest.push(path.substring(begin, end));
      }
      end = begin - 1;
    }
    return path.endsWith("/");
  }

  private void checkName(String name) throws WasiError {
    // A character is three bytes of UTF-8 at most, of those that are one unit of UTF-16.
    if (name.length() > quota.nameBytes() / 3
        && name.getBytes(StandardCharsets.UTF_8).length > quota.nameBytes()) {
      throw new WasiError(Errno.NAMETOOLONG);
    }
  }
}
