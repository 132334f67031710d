package io.edgebeat.chain.evm.rpc;

import java.io.IOException;

/** An answer over HTTP that is none of JSON-RPC. */
final class StatusException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final byte[] body;

  StatusException(int status, byte[] body) {
    super("HTTP status " + status);
    this.status = status;
    this.body = body;
  }

  int status() {
    return status;
  }

  /** What came with it, where that can matter. */
  byte[] body() {
    return body;
  }
}
