package io.edgebeat.api.market;

/** SPI: a running subscription, made by what is subscribed to. */
public interface Subscription extends AutoCloseable {
  /**
   * Ends it; idempotent. No call of the listener begins after this returns.
   *
   * <p>Threads: at any time. Blocking: until the call of the listener that is running has returned;
   * from within that call, no. Errors: none. After close: nothing happens.
   */
  @Override
  void close();
}
