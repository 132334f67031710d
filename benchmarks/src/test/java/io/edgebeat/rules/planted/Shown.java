package io.edgebeat.rules.planted;

import java.io.IOException;
import java.io.Reader;
import java.util.List;
import org.rocksdb.RocksDB;

/** Shows every kind of declaration, and one that names a type of a third party. */
public abstract class Shown<T extends Number & Comparable<T>> extends Reader implements Runnable {
  protected final long count;
  final int hidden = 3;

  protected Shown(int count) {
    this.count = count;
  }

  public static final <E extends Exception> E[] all(E[] given, String... names)
      throws E, IOException {
    if (names.length == 0) {
      throw new IOException("no names");
    }
    return given;
  }

  public abstract RocksDB foreign();

  @Override
  public String toString() {
    return "shown " + hidden;
  }

  /** Closed. */
  public sealed interface Shape permits Pair {
    default int corners() {
      return 0;
    }
  }

  /** The only one. */
  public record Pair<A>(A first, List<? super A> others) implements Shape {}

  private record Secret(int code) {}

  Object secret() {
    return new Secret(hidden);
  }
}
