package io.edgebeat.store.jdbc;

import java.util.ArrayList;
import java.util.List;

/**
 * Strangers' words as a database can hold them. PostgreSQL takes neither NUL nor half a character,
 * so these are escaped; what has none of them, and no backslash, is stored as it is.
 */
final class Text {
  private Text() {}

  static String escape(String text) {
    if (text.chars().noneMatch(c -> c == 0 || c == '\\' || Character.isSurrogate((char) c))) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        out.append("\\\\");
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        out.append(c).append(text.charAt(++i));
      } else if (c == 0 || Character.isSurrogate(c)) {
        out.append("\\u").append(String.format("%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  static String unescape(String stored) {
    if (stored.indexOf('\\') < 0) {
      return stored;
    }
    StringBuilder out = new StringBuilder(stored.length());
    for (int i = 0; i < stored.length(); i++) {
      char c = stored.charAt(i);
      if (c != '\\') {
        out.append(c);
      } else if (stored.charAt(++i) == 'u') {
        out.append((char) Integer.parseInt(stored.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        out.append(stored.charAt(i));
      }
    }
    return out.toString();
  }

  /** Each text as its length, a colon, and itself: whatever is in it. */
  static String list(List<String> texts) {
    StringBuilder out = new StringBuilder();
    texts.forEach(text -> out.append(text.length()).append(':').append(text));
    return out.toString();
  }

  static List<String> texts(String list) {
    List<String> texts = new ArrayList<>();
    int at = 0;
    while (at < list.length()) {
      int colon = list.indexOf(':', at);
      int end = colon + 1 + Integer.parseInt(list.substring(at, colon));
      texts.add(list.substring(colon + 1, end));
      at = end;
    }
    return texts;
  }
}
