package io.edgebeat.exec.wasm.child;

import java.io.IOException;

/** The other side said what it may not say. */
public final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * An error that ends the connection.
   *
   * @param what what was said
   */
  public ProtocolException(String what) {
    super(what);
  }
}
