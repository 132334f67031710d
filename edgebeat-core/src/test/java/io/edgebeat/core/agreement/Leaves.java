package io.edgebeat.core.agreement;

import java.util.ArrayList;
import java.util.List;

/** The leaves of a canonical JSON text: where each one stands, and what it is called. */
final class Leaves {
  /** One value that is neither object nor list; {@code text} with its quotes. */
  record Leaf(String path, int from, String text) {}

  private final String json;
  private final List<Leaf> found = new ArrayList<>();
  private int at;

  private Leaves(String json) {
    this.json = json;
  }

  static List<Leaf> of(String json) {
    Leaves leaves = new Leaves(json);
    leaves.value("");
    return leaves.found;
  }

  private void value(String path) {
    switch (json.charAt(at)) {
      case '{' -> {
        at++;
        while (json.charAt(at) != '}') {
          at += json.charAt(at) == ',' ? 1 : 0;
          String name = string();
          at++;
          value(path.isEmpty() ? name : path + "." + name);
        }
        at++;
      }
      case '[' -> {
        at++;
        while (json.charAt(at) != ']') {
          at += json.charAt(at) == ',' ? 1 : 0;
          value(path);
        }
        at++;
      }
      case '"' -> {
        int from = at;
        string();
        found.add(new Leaf(path, from, json.substring(from, at)));
      }
      default -> {
        int from = at;
        while (",]}".indexOf(json.charAt(at)) < 0) {
          at++;
        }
        found.add(new Leaf(path, from, json.substring(from, at)));
      }
    }
  }

  private String string() {
    int from = ++at;
    while (json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    return json.substring(from, at++);
  }

  /** Another value of the same kind: one digit more or other, one letter other, yes for no. */
  static String changed(Leaf leaf) {
    String text = leaf.text();
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true") ? "false" : "true";
    }
    if (text.charAt(0) != '"') {
      return Long.toString(Long.parseLong(text) + 1);
    }
    String inner = text.substring(1, text.length() - 1);
    for (String[] pair :
        new String[][] {
          {"BUYER", "SELLER"},
          {"WALLET", "VAULT"},
          {"PENDING", "FINAL"},
          {"SECONDS", "CALLS"},
          {"Completed", "Stopped"},
          {"Opened", "OfferAccepted"}
        }) {
      if (inner.equals(pair[0]) || inner.equals(pair[1])) {
        return '"' + (inner.equals(pair[0]) ? pair[1] : pair[0]) + '"';
      }
    }
    if (inner.matches("0x[0-9a-f]+")) {
      char last = inner.charAt(inner.length() - 1);
      return '"' + inner.substring(0, inner.length() - 1) + (last == '1' ? '2' : '1') + '"';
    }
    if (inner.matches("[0-9]{1,18}")) {
      return '"' + Long.toString(Long.parseLong(inner) + 1) + '"';
    }
    if (inner.matches("b[a-z2-7]{58}")) {
      char middle = inner.charAt(30);
      return '"' + inner.substring(0, 30) + (middle == 'a' ? 'b' : 'a') + inner.substring(31) + '"';
    }
    return '"' + inner + "x\"";
  }
}
