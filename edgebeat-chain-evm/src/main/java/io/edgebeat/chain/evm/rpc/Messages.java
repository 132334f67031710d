package io.edgebeat.chain.evm.rpc;

import java.io.IOException;

/**
 * One connection over which whole messages go both ways. Used by one thread at a time; closed by
 * any, also while it is being opened. Times are those of {@link System#nanoTime()}.
 */
interface Messages extends AutoCloseable {
  /** Connects, before a time. */
  void open(long end) throws IOException;

  /** Sends a message before a time. */
  void send(byte[] message, long end) throws IOException;

  /** The next message, before a time. */
  byte[] receive(long end) throws IOException;

  /** Whether an answer to what was sent last has begun. */
  boolean isAnswering();

  /** Whether more can be sent, after a message was received. */
  default boolean isLasting() {
    return true;
  }

  @Override
  void close();

  /** Makes one that is not open yet. */
  @FunctionalInterface
  interface Maker {
    /** Makes one. */
    Messages make() throws IOException;
  }
}
