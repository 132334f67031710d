package io.edgebeat.exec.wasm.wasi;

/** What kind of thing a descriptor or a name stands for. */
public enum FileType {
  /** Input, output, log and message streams. */
  UNKNOWN(0),
  /** A directory. */
  DIRECTORY(3),
  /** A regular file. */
  REGULAR_FILE(4),
  /** A symbolic link. */
  SYMBOLIC_LINK(7);

  private final int code;

  FileType(int code) {
    this.code = code;
  }

  /**
   * Its number in preview 1.
   *
   * @return the number
   */
  public int code() {
    return code;
  }
}
