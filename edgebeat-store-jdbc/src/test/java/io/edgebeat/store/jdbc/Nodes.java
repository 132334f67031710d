package io.edgebeat.store.jdbc;

import io.edgebeat.api.identity.Address;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A node that no other test uses: so tests can share one database. */
final class Nodes {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Nodes() {}

  static Address next() {
    return Address.of(ByteBuffer.allocate(20).putInt(COUNT.incrementAndGet()).array());
  }
}
