package io.edgebeat.chain.evm.rpc;

import java.net.SocketTimeoutException;

/** Nobody was there in time to be asked anything. */
final class UnreachedException extends SocketTimeoutException {
  private static final long serialVersionUID = 1L;

  UnreachedException() {
    super("no connection in time");
  }
}
