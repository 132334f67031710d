package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.net.URI;
import java.util.function.Function;

/** Requests to one node and their answers, over what its URL says. Calls may overlap. */
interface Channel extends AutoCloseable {
  /**
   * What is read of the answer to a request; it comes whole, in time, and within the limit of
   * bytes.
   *
   * @param read throws {@link BadAnswerException} for what is no answer to this request: the
   *     connection it came on may be out of step, and is not used again
   */
  <T> T post(byte[] body, Function<byte[], T> read) throws IOException;

  /** Ends calls that wait. */
  @Override
  void close();

  /** The channel of a URL that {@link NodeUrl} has let through. */
  static Channel to(URI uri, RpcLimits limits) {
    return new MessageChannel(() -> NodeUrl.connection(uri, limits.maxBytes()), limits.timeout());
  }
}
