package io.edgebeat.core.engine;

/**
 * Names an action within its partition, so that it happens effectively once: the same key is the
 * same action, also after a restart.
 *
 * @param kind what is done
 * @param number which one of its kind
 */
public record ActionKey(String kind, long number) {
  @Override
  public String toString() {
    return kind + "#" + number;
  }
}
