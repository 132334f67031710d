package io.edgebeat.spi;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A value: a backend's configuration: text values by key, read by typed getters. An unknown key is
 * an error that names the nearest known one.
 */
public final class BackendConfig {
  private final Map<String, String> values;

  private BackendConfig(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Wraps a copy of some values.
   *
   * @param values text by key
   * @return the configuration
   */
  public static BackendConfig of(Map<String, String> values) {
    return new BackendConfig(values);
  }

  /**
   * Checks that every key is known.
   *
   * @param backend the backend's id, for the message
   * @param known the keys it understands
   * @return this
   * @throws EdgeBeatException {@code UNKNOWN_CONFIG_KEY} naming key, backend and the nearest key
   */
  public BackendConfig requireKnown(String backend, Set<String> known) {
    for (String key : new TreeSet<>(values.keySet())) {
      if (!known.contains(key)) {
        throw new EdgeBeatException(
            ErrorCode.UNKNOWN_CONFIG_KEY,
            "backend \""
                + backend
                + "\" has no configuration key \""
                + key
                + "\""
                + (known.isEmpty()
                    ? "; it has none at all"
                    : "; did you mean \""
                        + nearest(key, known)
                        + "\"? It knows "
                        + new TreeSet<>(known)));
      }
    }
    return this;
  }

  /**
   * Reads text.
   *
   * @param key the key
   * @param fallback what holds when the key is absent
   * @return the value
   */
  public String text(String key, String fallback) {
    return values.getOrDefault(key, fallback);
  }

  /**
   * Reads text that must be there.
   *
   * @param key the key
   * @return the value
   * @throws EdgeBeatException {@code INVALID_CONFIG_VALUE} naming the key when it is absent
   */
  public String text(String key) {
    String text = values.get(key);
    if (text == null) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration key \"" + key + "\" must be given and is absent");
    }
    return text;
  }

  /**
   * Reads a whole number.
   *
   * @param key the key
   * @param fallback what holds when the key is absent
   * @return the value
   * @throws EdgeBeatException {@code INVALID_CONFIG_VALUE} naming key and value
   */
  public long number(String key, long fallback) {
    return read(key, fallback, "a whole number", Long::parseLong);
  }

  /**
   * Reads true or false.
   *
   * @param key the key
   * @param fallback what holds when the key is absent
   * @return the value
   * @throws EdgeBeatException {@code INVALID_CONFIG_VALUE} naming key and value
   */
  public boolean flag(String key, boolean fallback) {
    return read(
        key,
        fallback,
        "true or false",
        text -> {
          if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
          }
          return text.equals("true");
        });
  }

  /**
   * Reads a duration in ISO-8601, such as {@code PT1.5S}.
   *
   * @param key the key
   * @param fallback what holds when the key is absent
   * @return the value
   * @throws EdgeBeatException {@code INVALID_CONFIG_VALUE} naming key and value
   */
  public Duration duration(String key, Duration fallback) {
    return read(key, fallback, "a duration such as PT1.5S", Duration::parse);
  }

  private <T> T read(String key, T fallback, String what, Function<String, T> parse) {
    String text = values.get(key);
    if (text == null) {
      return fallback;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE,
          "configuration key \"" + key + "\" must be " + what + ", found \"" + text + "\"");
    }
  }

  /**
   * The known word that is the fewest edits away (Levenshtein distance), the first in order on a
   * tie.
   *
   * @param word what was written
   * @param known what could have been meant, not empty
   * @return the nearest
   */
  public static String nearest(String word, Set<String> known) {
    Map<Integer, String> byDistance = new TreeMap<>();
    for (String candidate : new TreeSet<>(known)) {
      byDistance.putIfAbsent(distance(word, candidate), candidate);
    }
    return byDistance.values().iterator().next();
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
