package io.edgebeat.benchmarks.market;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.schedule.Placement;
import io.edgebeat.api.schedule.PlacementRequest;
import io.edgebeat.api.schedule.Strategy;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.core.schedule.DefaultScheduler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Where a task runs, chosen by the scheduler in the live market and by a plain stream. */
public final class PlacementBench implements Program {
  private static final TaskSpec TASK = TaskSpec.wasm(ContentId.ofRaw(new byte[] {1}));

  /** A task to place, and what it wants as a query for the stream. */
  private record Asked(PlacementRequest request, ListingQuery query) {}

  @Override
  public String name() {
    return "placement";
  }

  @Override
  public String summary() {
    return "tasks placed among 100 000 listings that change, beside stream().filter().min()";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    Random random = new Random(context.seed().orElse(1));
    int alternatives = (int) context.option("alternatives", 1);
    DefaultScheduler scheduler = new DefaultScheduler();
    try (LiveMarket market = Matching.market(context, random)) {
      Random drawn = new Random(random.nextLong());
      Demand demand = new Demand(drawn, market.objects, true);
      Matching<Asked> matching =
          new Matching<>(
              context,
              market,
              demand,
              new Matching.Asker<>() {
                @Override
                public Asked draw(List<Demand.Shape> shapes) {
                  ListingQuery query = demand.query(shapes);
                  return new Asked(request(query, drawn, alternatives), query);
                }

                @Override
                public Optional<Candidate> ours(Candidates candidates, Asked asked) {
                  Placement placement = scheduler.place(asked.request, candidates);
                  return placement.ranked().isEmpty()
                      ? Optional.empty()
                      : Optional.of(placement.ranked().getFirst());
                }

                @Override
                public Optional<Candidate> plain(List<Candidate> objects, Asked asked) {
                  return Plain.place(objects, asked.query, asked.request);
                }
              });
      matching.run();
      context.result("alternatives", alternatives);
      matching.report("placements_per_s");
    }
  }

  private static PlacementRequest request(ListingQuery query, Random random, int alternatives) {
    TaskSpec task =
        TASK.limits(TASK.limits().withWallTime(Duration.ofSeconds(1 + random.nextInt(100))))
            .resources(query.resources())
            .capabilities(query.capabilities().toArray(String[]::new));
    return new PlacementRequest(
        task,
        Amount.of(Asset.EDG, 500_000_000_000_000_000L + random.nextInt()),
        Strategy.CHEAPEST,
        Set.of(),
        alternatives);
  }
}
