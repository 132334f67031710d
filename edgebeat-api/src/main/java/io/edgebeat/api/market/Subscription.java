package io.edgebeat.api.market;

/** A handle on a running subscription; not for implementation by applications. */
public interface Subscription extends AutoCloseable {
  /** Ends it; idempotent. No call of the listener begins after this returns. */
  @Override
  void close();
}
