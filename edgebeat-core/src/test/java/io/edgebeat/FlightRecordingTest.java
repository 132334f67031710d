package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.task.TaskOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node does is seen in a flight recording of its JVM. */
class FlightRecordingTest {
  @Test
  void aRecordingShowsAgreementsAndSyncs(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("market.jfr");
    String buyer;
    try (Recording recording = new Recording();
        LocalMarket market =
            EdgeBeat.local(5).taskTime(request -> Duration.ofSeconds(3)).virtualTime()) {
      recording.enable("io.edgebeat.Fact");
      recording.enable("io.edgebeat.JournalSync").withoutThreshold();
      recording.start();
      buyer = market.buyerNode().address().toString();
      assertThat(VirtualTimeTest.submit(market).await(Duration.ofMinutes(5)))
          .isInstanceOf(TaskOutcome.Completed.class);
      recording.stop();
      recording.dump(file);
    }
    // Others may run in this JVM at the same time.
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().equals("io.edgebeat.Fact"))
        .filteredOn(e -> e.getString("account").equals(buyer))
        .filteredOn(e -> e.getString("fact").equals("WorkMoved"))
        .anyMatch(
            e -> e.getString("role").equals("buyer") && e.getString("details").contains("ENDING"));
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().equals("io.edgebeat.JournalSync"))
        .anyMatch(e -> e.getString("file").endsWith(".segment") && e.getLong("bytes") > 0);
  }
}
