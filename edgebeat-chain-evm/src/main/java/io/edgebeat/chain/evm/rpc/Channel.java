package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.net.URI;

/** Requests to one node and their answers, over what its URL says. Calls may overlap. */
interface Channel extends AutoCloseable {
  /** The answer to a request; whole, in time, and within the limit of bytes. */
  byte[] post(byte[] body) throws IOException;

  /** Ends calls that wait. */
  @Override
  void close();

  /** The channel of a URL that {@link NodeUrl} has let through. */
  static Channel to(URI uri, RpcLimits limits) {
    return NodeUrl.tells(uri)
        ? new MessageChannel(
            () -> NodeUrl.connect(uri, limits.timeout(), limits.maxBytes()), limits.timeout())
        : new HttpChannel(uri, limits.timeout(), limits.maxBytes());
  }
}
