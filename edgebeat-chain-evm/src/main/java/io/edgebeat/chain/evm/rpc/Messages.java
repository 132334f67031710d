package io.edgebeat.chain.evm.rpc;

import java.io.IOException;

/**
 * One connection over which whole messages go both ways. Used by one thread at a time; closed by
 * any.
 */
interface Messages extends AutoCloseable {
  /** Sends a message before a time of {@link System#nanoTime()}. */
  void send(byte[] message, long end) throws IOException;

  /** The next message, before a time of {@link System#nanoTime()}. */
  byte[] receive(long end) throws IOException;

  @Override
  void close();

  /** Makes one. */
  @FunctionalInterface
  interface Opener {
    /** Connects. */
    Messages open() throws IOException;
  }
}
