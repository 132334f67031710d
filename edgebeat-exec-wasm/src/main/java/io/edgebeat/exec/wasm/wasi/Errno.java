package io.edgebeat.exec.wasm.wasi;

/** Error numbers of WASI preview 1, those that are given here. */
public final class Errno {
  /** No error. */
  public static final int SUCCESS = 0;

  /** No such descriptor is open. */
  public static final int BADF = 8;

  /** Of a quota that is not one of bytes: here the depth of directories. */
  public static final int DQUOT = 19;

  /** The name is taken. */
  public static final int EXIST = 20;

  /** An address outside of the guest's memory. */
  public static final int FAULT = 21;

  /** A file larger than all files together may be. */
  public static final int FBIG = 22;

  /** A name that is no UTF-8. */
  public static final int ILSEQ = 25;

  /** An argument that means nothing. */
  public static final int INVAL = 28;

  /** The host could not do it. */
  public static final int IO = 29;

  /** It is a directory. */
  public static final int ISDIR = 31;

  /** Too many symbolic links on the way, or one where none is followed. */
  public static final int LOOP = 32;

  /** No more descriptors are given. */
  public static final int MFILE = 33;

  /** A message longer than messages may be. */
  public static final int MSGSIZE = 35;

  /** A name or a path that is too long, or a buffer too small for one. */
  public static final int NAMETOOLONG = 37;

  /** There is no such name. */
  public static final int NOENT = 44;

  /** No more files, or bytes of files, are given. */
  public static final int NOSPC = 51;

  /** There is no such function. */
  public static final int NOSYS = 52;

  /** It is no directory. */
  public static final int NOTDIR = 54;

  /** The directory is not empty. */
  public static final int NOTEMPTY = 55;

  /** It is no socket. */
  public static final int NOTSOCK = 57;

  /** Not given here. */
  public static final int NOTSUP = 58;

  /** A number that does not fit. */
  public static final int OVERFLOW = 61;

  /** Never allowed. */
  public static final int PERM = 63;

  /** It has no positions. */
  public static final int SPIPE = 70;

  /** In use: the root, or a path that ends in a dot. */
  public static final int BUSY = 10;

  /** A right is missing, or a path leads out of its directory. */
  public static final int NOTCAPABLE = 76;

  private Errno() {}
}
