package io.edgebeat.exec.wasm.wasi;

import org.jspecify.annotations.Nullable;

/**
 * Where a path leads.
 *
 * @param parent the directory of its last name
 * @param name its last name; null when it ends in {@code .} or {@code ..}, and leads to {@code
 *     parent} itself
 * @param node what is there, null when nothing is
 * @param slash whether the path ends in a slash, so that only a directory will do
 */
record Place(Directory parent, @Nullable String name, @Nullable FileNode node, boolean slash) {

  /** What is there. */
  FileNode existing() throws WasiError {
    if (node == null) {
      throw new WasiError(Errno.NOENT);
    }
    return node;
  }

  /** The name of something that has one, to be taken away or moved. */
  String ownName() throws WasiError {
    if (name == null) {
      throw new WasiError(Errno.BUSY);
    }
    return name;
  }

  /** The name of something to be made, which must not be there. */
  String freeName() throws WasiError {
    if (name == null || node != null) {
      throw new WasiError(Errno.EXIST);
    }
    return name;
  }
}
