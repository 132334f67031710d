package io.edgebeat.core.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value of a document: the part of JSON that has exactly one spelling. There is no null (what is
 * not there is left out) and no fraction.
 */
sealed interface Json {

  /** By code points, which is also the order of the UTF-8 bytes. */
  Comparator<String> BY_CODE_POINTS = Json::compareCodePoints;

  /**
   * Members in the order of their names.
   *
   * @param members sorted by code points
   */
  record Obj(SortedMap<String, Json> members) implements Json {
    Obj() {
      this(new TreeMap<>(BY_CODE_POINTS));
    }

    Obj put(String name, Json value) {
      members.put(name, value);
      return this;
    }

    Obj put(String name, Object text) {
      return put(name, new Text(text.toString()));
    }

    Obj put(String name, boolean value) {
      return put(name, new Bool(value));
    }

    Obj put(String name, long value) {
      return put(name, new Int(value));
    }

    /** Puts a number that counts something. */
    Obj count(String name, long value) {
      if (value < 0) {
        throw CanonicalJson.invalid("member " + name + " is negative: " + value, null);
      }
      return put(name, value);
    }
  }

  /**
   * Items in the order that means something.
   *
   * @param items the items
   */
  record Arr(List<Json> items) implements Json {
    /** A set of texts, sorted. */
    static Arr sorted(Collection<String> texts) {
      return new Arr(
          texts.stream().sorted(BY_CODE_POINTS).distinct().<Json>map(Text::new).toList());
    }
  }

  /**
   * A text.
   *
   * @param value without lone surrogates, which have no UTF-8
   */
  record Text(String value) implements Json {}

  /**
   * A whole number.
   *
   * @param value the number
   */
  record Int(long value) implements Json {}

  /**
   * Yes or no.
   *
   * @param value which
   */
  record Bool(boolean value) implements Json {}

  private static int compareCodePoints(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // A surrogate stands for a code point above every other character of 16 bits.
        boolean high = Character.isSurrogate(x);
        return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
