package io.edgebeat.chain.evm.rpc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the URL of a node may be, and what may be said of it. */
public final class NodeUrl {
  private static final int MAX_PORT = 65_535;

  private NodeUrl() {}

  /** Refuses what is none, without repeating it: it may hold a key. */
  public static void check(List<URI> uris) {
    if (uris.isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE, "at least one URL of a node must be given");
    }
    for (URI uri : uris) {
      String scheme = uri.getScheme() == null ? "" : uri.getScheme();
      boolean good =
          switch (scheme) {
            case "http", "https", "ws", "wss" ->
                uri.getHost() != null
                    && (uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= MAX_PORT));
            case "ipc" -> uri.getRawPath() != null && uri.getRawPath().startsWith("/");
            default -> false;
          };
      if (!good) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_CONFIG_VALUE,
            "a node's URL is http, https, ws or wss with a host and at most a port that there is,"
                + " or ipc:/file; one of "
                + uris.size()
                + " is not");
      }
    }
    Set<URI> once = new HashSet<>();
    for (URI uri : uris) {
      if (!once.add(uri)) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_CONFIG_VALUE,
            "a URL of " + name(uri) + " is given twice: one node cannot confirm what it said");
      }
    }
  }

  /** The URL without path, query and user: there the keys of paid nodes are. */
  public static String name(URI uri) {
    return uri.getScheme().equals("ipc")
        ? "ipc:" + Path.of(uri.getPath()).getFileName()
        : uri.getScheme() + "://" + uri.getHost() + (uri.getPort() > 0 ? ":" + uri.getPort() : "");
  }

  /** Whether the node can tell something without being asked. */
  static boolean tells(URI uri) {
    return !uri.getScheme().startsWith("http");
  }

  /** A connection to it, not open yet. */
  static Messages connection(URI uri, int maxBytes) throws IOException {
    return switch (uri.getScheme()) {
      case "ipc" -> new IpcMessages(Path.of(uri.getPath()), maxBytes);
      case "ws", "wss" -> new WebSocketMessages(uri, maxBytes);
      default -> new HttpMessages(uri, maxBytes);
    };
  }
}
