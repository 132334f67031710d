package io.edgebeat.exec.wasm.wasi;

import java.nio.charset.StandardCharsets;

/** A name that stands for a path. */
final class SymbolicLink extends FileNode {
  final String target;
  private final int bytes;

  SymbolicLink(long inode, long now, String target) {
    super(inode, now);
    this.target = target;
    this.bytes = target.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  FileType type() {
    return FileType.SYMBOLIC_LINK;
  }

  @Override
  long size() {
    return bytes;
  }

  @Override
  long blocks() {
    return 1;
  }
}
