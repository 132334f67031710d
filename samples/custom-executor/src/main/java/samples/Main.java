package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A market in which the seller runs scripts: its executor is found on the class path. */
final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    byte[] script = "#!/bin/sh\necho \"$1 has $(wc -w) words\"\n".getBytes(StandardCharsets.UTF_8);
    byte[] text = "to be or not to be".getBytes(StandardCharsets.UTF_8);
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      var image = market.content().put(ContentSource.of(script), Progress.NONE);
      var input = market.content().put(ContentSource.of(text), Progress.NONE);
      Workload count = new Workload("process", image, Optional.empty(), List.of("the line"));
      Task task =
          market.buyer().submit(TaskSpec.of(count).input(input), Budget.upTo(Edg.of("0.5")));
      System.out.println(task.await(Duration.ofMinutes(1)));
      System.out.print(new String(task.result().readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
