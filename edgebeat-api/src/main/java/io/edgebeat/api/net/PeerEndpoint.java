package io.edgebeat.api.net;

import java.util.Objects;

/**
 * A value: where a node listens.
 *
 * @param uri the transport's own text, such as {@code jvm:0x..} or {@code grpc://host:port}
 */
public record PeerEndpoint(String uri) {
  /** Checks the component. */
  public PeerEndpoint {
    Objects.requireNonNull(uri, "uri");
  }

  @Override
  public String toString() {
    return uri;
  }
}
