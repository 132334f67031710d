package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.Buyer;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Has many small jobs done by whoever sells, spread over regions, each again when it fails. */
public final class BatchBuyer {
  /** A WebAssembly module that exports {@code add}. */
  private static final byte[] ADD =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b");

  private static final int ATTEMPTS = 3;
  private static final int AT_ONCE = 4;

  private record Job(int number, int attempt) {}

  private final Buyer buyer;
  private final ContentId image;
  private final List<String> regions;
  private final Map<Integer, String> results = new TreeMap<>();
  private Amount spent = Edg.units(0);

  BatchBuyer(Buyer buyer, ContentId image, List<String> regions) {
    this.buyer = buyer;
    this.image = image;
    this.regions = regions;
  }

  /** Does all jobs, a few at a time; ends when each has a result or has failed too often. */
  void run(int jobs) throws IOException {
    Deque<Job> waiting = new ArrayDeque<>();
    Deque<Map.Entry<Job, Task>> running = new ArrayDeque<>();
    for (int i = 0; i < jobs; i++) {
      waiting.add(new Job(i, 1));
    }
    while (!waiting.isEmpty() || !running.isEmpty()) {
      while (!waiting.isEmpty() && running.size() < AT_ONCE) {
        Job job = waiting.remove();
        running.add(Map.entry(job, submit(job)));
      }
      var next = running.remove();
      finish(next.getKey(), next.getValue(), waiting);
    }
  }

  private Task submit(Job job) {
    Workload sum =
        new Workload(
            Workload.WASM,
            image,
            Optional.of("add"),
            List.of(Integer.toString(job.number), Integer.toString(job.number)));
    // Another region with each attempt.
    String region = regions.get((job.number + job.attempt) % regions.size());
    return buyer.submit(TaskSpec.of(sum).region(region), Budget.upTo(Edg.of("0.1")));
  }

  private void finish(Job job, Task task, Deque<Job> waiting) throws IOException {
    String why;
    try {
      TaskOutcome outcome = task.await(Duration.ofMinutes(1));
      spent = spent.plus(task.spent());
      if (outcome instanceof TaskOutcome.Completed) {
        String result = new String(task.result().readAllBytes(), StandardCharsets.UTF_8);
        results.put(job.number, result.strip());
        return;
      }
      why = outcome.toString();
    } catch (EdgeBeatException e) {
      task.cancel();
      why = e.getMessage();
    }
    System.out.println("job " + job.number + ", attempt " + job.attempt + ": " + why);
    if (job.attempt < ATTEMPTS) {
      waiting.add(new Job(job.number, job.attempt + 1));
    }
  }

  private static ListingSpec listing(String region, String price) {
    return new ListingSpec(
        region,
        new ResourceSpec(2000, 1L << 30, 0),
        new Price(Edg.of(price), TickUnit.seconds(1), Edg.units(0)),
        Duration.ofHours(1));
  }

  /** A batch of twelve sums in a market of two sellers. */
  public static void main(String[] args) throws IOException {
    try (LocalMarket market =
        EdgeBeat.local()
            .seller("harbour", listing("eu-north", "0.002"))
            .seller("tower", listing("us-west", "0.003"))
            .realTime()) {
      ContentId image = market.content().put(ContentSource.of(ADD), Progress.NONE);
      BatchBuyer batch = new BatchBuyer(market.buyer(), image, List.of("eu-north", "us-west"));
      batch.run(12);
      System.out.println(batch.results.values() + " for " + batch.spent);
    }
  }
}
