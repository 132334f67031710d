package io.edgebeat.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.DiskFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of points at which nodes die. */
final class PointsTest {
  @Test
  void everyPointThatMustBeReachedIsInTheListAndTheyAreAtLeast120() throws IOException {
    SortedSet<String> wanted = Points.wantedInVirtualTime();
    List<String> listed;
    try (InputStream list = PointsTest.class.getResourceAsStream("points.txt")) {
      listed = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }

    assertThat(Points.wanted())
        .as("points.txt in the resources of this test lists them all")
        .containsExactlyElementsOf(listed);
    assertThat(wanted).hasSizeGreaterThanOrEqualTo(120);
    assertThat(Points.wanted()).containsAll(wanted);
    assertThat(wanted).contains("journal.sync.before", "journal.sync.after");
  }

  @Test
  void everyCallOfTheDiskHasAPointOnEitherSideUnlessItSaysWhatIsKnown() {
    List<String> known = List.of("locate", "allocateBuffer", "name");
    Map<Class<?>, String> kinds =
        Map.of(Disk.class, "directory.", DiskFile.class, "journal.", Disk.Lock.class, "lock.");
    kinds.forEach(
        (kind, room) ->
            Stream.of(kind.getMethods())
                .map(Method::getName)
                .filter(method -> !known.contains(method))
                .forEach(
                    method ->
                        assertThat(Points.all())
                            .contains(room + method + ".before", room + method + ".after")));
  }

  @Test
  void aStrikeEndsTheProcessAtItsPointAndTheRunSaysSo() {
    Strike strike =
        new Strike(
            PowerMarket.SELLER, "journal.sync.before", 3, io.edgebeat.MarketFaults.Unsynced.LOST);

    PowerMarket.Report report = PowerMarket.run(Errand.TRADE, 1, strike);

    assertThat(report.struck()).isTrue();
    assertThat(report.violations()).isEmpty();
  }

  @Test
  void aNodeThatDiesWhileItWritesItsPictureComesBackToTheOneOfItsJournal() {
    Strike strike =
        new Strike(
            PowerMarket.SELLER, "state.apply.before", 20, io.edgebeat.MarketFaults.Unsynced.LOST);

    PowerMarket.Report report = PowerMarket.run(Errand.PICTURE, 1, strike);

    assertThat(report.struck()).isTrue();
    assertThat(report.violations()).isEmpty();
  }

  @Test
  void aPointThatIsNotReachedStrikesNobody() {
    Strike strike =
        new Strike(
            PowerMarket.BUYER, "executor.start.before", 1, io.edgebeat.MarketFaults.Unsynced.KEPT);

    assertThat(PowerMarket.run(Errand.TRADE, 1, strike).struck()).isFalse();
  }
}
