package io.edgebeat.benchmarks.market;

import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The cheapest listing that a query accepts, from the live index and from a plain stream. */
public final class MarketplaceQueryBench implements Program {
  @Override
  public String name() {
    return "marketplace-query";
  }

  @Override
  public String summary() {
    return "the cheapest of 100 000 listings that change, beside stream().filter().min()";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    Random random = new Random(context.seed().orElse(1));
    try (LiveMarket market = Matching.market(context, random)) {
      Demand demand = new Demand(new Random(random.nextLong()), market.objects, false);
      Matching<ListingQuery> matching =
          new Matching<>(
              context,
              market,
              demand,
              new Matching.Asker<>() {
                @Override
                public ListingQuery draw(List<Demand.Shape> shapes) {
                  return demand.query(shapes);
                }

                @Override
                public Optional<Candidate> ours(Candidates candidates, ListingQuery query) {
                  List<Candidate> best = candidates.best(query, Candidates.Order.CHEAPEST, 1);
                  return best.isEmpty() ? Optional.empty() : Optional.of(best.getFirst());
                }

                @Override
                public Optional<Candidate> plain(List<Candidate> objects, ListingQuery query) {
                  return Plain.cheapest(objects, query);
                }
              });
      matching.run();
      matching.report("queries_per_s");
    }
  }
}
