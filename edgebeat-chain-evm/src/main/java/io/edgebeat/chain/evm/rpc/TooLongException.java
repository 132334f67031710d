package io.edgebeat.chain.evm.rpc;

import java.io.IOException;

/** An answer that is longer than the limit: what was asked for is too much at once. */
final class TooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  TooLongException(int maxBytes) {
    super("the answer is longer than " + maxBytes + " bytes");
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
