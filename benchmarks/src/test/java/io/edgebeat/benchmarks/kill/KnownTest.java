package io.edgebeat.benchmarks.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.benchmarks.crash.Points;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which errand brings a real node to which point. */
final class KnownTest {
  @Test
  void anErrandBringsANodeToEveryPoint() throws IOException {
    SortedSet<String> points = new TreeSet<>();
    for (SortedMap<String, List<KillErrand>> market : Known.read(2)) {
      market.keySet().forEach(where -> points.add(where.substring(where.indexOf(' ') + 1)));
    }

    assertThat(points).containsExactlyElementsOf(Points.wanted());
  }

  @Test
  void whatASurveyPrintsIsReadAgain() throws IOException {
    List<SortedMap<String, List<KillErrand>>> known = Known.read(2);

    assertThat(Known.write(known)).hasSizeGreaterThan(400).doesNotHaveDuplicates();
    assertThat(known.getFirst().get("buyer send.OfferMade.before")).isNotNull();
    assertThat(known.getLast().get("seller ledger.broadcast.AcceptOffer.after")).isNotNull();
  }
}
