package io.edgebeat.exec.wasm;

import java.util.Map;
import java.util.TreeMap;

/**
 * What an execution has moved so far. Written by the guest's thread, read by any; nothing here ever
 * goes back.
 */
final class Counters {
  private long bytesIn;
  private long bytesOut;
  private final Map<String, Long> messages = new TreeMap<>();

  synchronized void in(long bytes) {
    bytesIn += bytes;
  }

  synchronized void out(long bytes) {
    bytesOut += bytes;
  }

  synchronized void message(String capability) {
    messages.merge(capability, 1L, Long::sum);
  }

  synchronized long bytesIn() {
    return bytesIn;
  }

  synchronized long bytesOut() {
    return bytesOut;
  }

  synchronized Map<String, Long> messages() {
    return Map.copyOf(messages);
  }
}
