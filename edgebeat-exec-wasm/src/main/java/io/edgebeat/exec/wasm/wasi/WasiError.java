package io.edgebeat.exec.wasm.wasi;

/**
 * What a function of WASI answers instead of doing what it was asked for. Has no stack trace: a
 * guest could make a million of them.
 */
@SuppressWarnings("serial") // never serialized
public final class WasiError extends Exception {
  private final int errno;

  /**
   * An error.
   *
   * @param errno one of {@link Errno}
   */
  public WasiError(int errno) {
    super("errno " + errno, null, false, false);
    this.errno = errno;
  }

  /**
   * Its number.
   *
   * @return one of {@link Errno}
   */
  public int errno() {
    return errno;
  }
}
