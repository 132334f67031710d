package io.edgebeat.core.settle;

import io.edgebeat.api.task.Usage;

/** Strangers' words, made safe to show. */
final class Words {
  private static final int MOST = 1_000;

  private Words() {}

  /** Nothing that a terminal would act on. */
  static String plain(String words) {
    StringBuilder plain = new StringBuilder();
    words.codePoints().forEach(c -> plain.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
    return plain.toString();
  }

  /** Of a bounded length, and without halves of characters, which no document can hold. */
  static String bounded(String words) {
    StringBuilder text = new StringBuilder();
    words
        .codePoints()
        .limit(MOST)
        .forEach(c -> text.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? '?' : c));
    return text.toString();
  }

  static String of(Usage usage) {
    StringBuilder text =
        new StringBuilder()
            .append("fuel ")
            .append(usage.fuel())
            .append(", cpu ")
            .append(usage.cpuNanos())
            .append(" ns, memory ")
            .append(usage.memoryByteSeconds())
            .append(" byte-seconds, in ")
            .append(usage.bytesIn())
            .append(" bytes, out ")
            .append(usage.bytesOut())
            .append(" bytes");
    usage
        .messages()
        .forEach(
            (name, count) ->
                text.append(", ").append(name).append(' ').append(count).append(" messages"));
    return text.toString();
  }
}
