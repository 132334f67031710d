package io.edgebeat.exec.wasm;

/** Error numbers of WASI preview 1. */
final class Errno {
  static final int SUCCESS = 0;
  static final int BADF = 8;
  static final int FAULT = 21;
  static final int INVAL = 28;
  static final int IO = 29;
  static final int MSGSIZE = 35;
  static final int NOSYS = 52;
  static final int NOTDIR = 54;
  static final int NOTSOCK = 57;
  static final int NOTSUP = 58;
  static final int OVERFLOW = 61;
  static final int SPIPE = 70;
  static final int NOTCAPABLE = 76;

  private Errno() {}
}
