package io.edgebeat.benchmarks.kill;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which errand brings which node to which point, as the last survey has found: {@code errands.txt}
 * in the resources of this class, a line each. A point that is not reached any more makes its run
 * fail; then survey again, with {@code -Dedgebeat.survey}, and keep what it says.
 */
final class Known {
  private static final String FILE = "errands.txt";
  private static final String WORD = "reaches";

  private Known() {}

  /** For each market, the errand by node and point. */
  static List<SortedMap<String, KillErrand>> read(int markets) throws IOException {
    List<SortedMap<String, KillErrand>> known = new ArrayList<>();
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
                      .put(words[3] + " " + words[4], KillErrand.valueOf(words[1])));
    }
    return known;
  }

  /** The lines of the file. */
  static List<String> write(List<SortedMap<String, KillErrand>> known) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      int market = i;
      known
          .get(i)
          .forEach((where, errand) -> lines.add(market + " " + errand + " " + WORD + " " + where));
    }
    return lines;
  }
}
