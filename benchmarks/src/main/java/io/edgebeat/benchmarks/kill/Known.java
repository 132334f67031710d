package io.edgebeat.benchmarks.kill;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which errands bring which node to which point, as the last survey has found: {@code errands.txt}
 * in the resources of this class, a line each, the surest first. A point that is not reached any
 * more makes its run fail; then survey again, with {@code -Dedgebeat.survey}, and keep what it
 * says.
 */
final class Known {
  private static final String FILE = "errands.txt";
  private static final String WORD = "reaches";
  private static final int KEPT = 3;

  private Known() {}

  /** For each market, the errands by node and point. */
  static List<SortedMap<String, List<KillErrand>>> read(int markets) throws IOException {
    List<SortedMap<String, List<KillErrand>>> known = new ArrayList<>();
    for (int i = 0; i < markets; i++) {
      known.add(new TreeMap<>());
    }
    try (InputStream file = Known.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IOException("no " + FILE + " beside " + Known.class);
      }
      new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" ", -1))
          .forEach(
              words ->
                  known
                      .get(Integer.parseInt(words[0]))
                      .computeIfAbsent(words[3] + " " + words[4], where -> new ArrayList<>())
                      .add(KillErrand.valueOf(words[1])));
    }
    return known;
  }

  /** The lines of the file. */
  static List<String> write(List<SortedMap<String, List<KillErrand>>> known) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      int market = i;
      known
          .get(i)
          .forEach(
              (where, errands) ->
                  errands.stream()
                      .limit(KEPT)
                      .forEach(
                          errand -> lines.add(market + " " + errand + " " + WORD + " " + where)));
    }
    return lines;
  }
}
