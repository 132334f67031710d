package io.edgebeat.benchmarks.market;

import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Candidates;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Questions of every selectivity to a live market, in turns by us and by the plain stream. Every
 * question is new; of some the two answers are compared while the market stands still.
 *
 * @param <Q> a question
 */
final class Matching<Q> {
  /** By what share of the listings answers: its name in the results. */
  private static final Map<String, Double> SHARES = new LinkedHashMap<>();

  private static final String NONE = "nomatch";
  private static final int WARM_UP = 2;
  private static final int BATCH = 50;

  static {
    SHARES.put("50", 0.5);
    SHARES.put("10", 0.1);
    SHARES.put("1", 0.01);
    SHARES.put("01", 0.001);
    SHARES.put(NONE, 0.0);
  }

  /** Who asks. */
  interface Asker<Q> {
    /** A new question. */
    Q draw(List<Demand.Shape> shapes);

    Optional<Candidate> ours(Candidates candidates, Q question);

    Optional<Candidate> plain(List<Candidate> objects, Q question);
  }

  private final ProgramContext context;
  private final LiveMarket market;
  private final Asker<Q> asker;
  private final Map<String, List<Demand.Shape>> shapes = new LinkedHashMap<>();
  private final Rounds rounds = new Rounds();
  private long compared;
  private long found;

  Matching(ProgramContext context, LiveMarket market, Demand demand, Asker<Q> asker) {
    this.context = context;
    this.market = market;
    this.asker = asker;
    SHARES.forEach((name, share) -> shapes.put(name, demand.shapes(share)));
  }

  static LiveMarket market(ProgramContext context, Random random) {
    return new LiveMarket((int) context.option("listings", 100_000), random);
  }

  /** Measures in rounds; the first ones only warm up. */
  void run() throws Exception {
    int count = (int) context.option("count", context.nightly() ? 25 : 5);
    int each = (int) context.option("questions", context.nightly() ? 40_000 : 5_000);
    int streams = context.nightly() ? 20 : 3;
    market.live();
    for (int round = 0; round < WARM_UP + count; round++) {
      if (round == WARM_UP) {
        rounds.clear();
      }
      for (String name : SHARES.keySet()) {
        ours(name, name.equals(NONE) ? each / 50 : each);
        List<Q> asked = draw(name, streams);
        rounds.processor("plain" + name, () -> plain(asked));
        compare(draw(name, Math.ceilDiv(streams, 3)));
      }
    }
  }

  private List<Q> draw(String name, int count) {
    List<Q> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      questions.add(asker.draw(shapes.getOrDefault(name, List.of())));
    }
    return questions;
  }

  /** A few at a time: whoever asks has only just made the question. Making it does not count. */
  private void ours(String name, int count) {
    long spent = 0;
    for (int asked = 0; asked < count; asked += BATCH) {
      List<Q> batch = draw(name, BATCH);
      long before = Rounds.processorNanos();
      for (Q question : batch) {
        found += asker.ours(market.candidates, question).isPresent() ? 1 : 0;
      }
      spent += Rounds.processorNanos() - before;
    }
    rounds.add("ours" + name, Math.ceilDiv(count, BATCH) * BATCH * 1e9 / spent);
  }

  private long plain(List<Q> questions) {
    for (Q question : questions) {
      found += asker.plain(market.objects, question).isPresent() ? 1 : 0;
    }
    return questions.size();
  }

  private void compare(List<Q> questions) {
    for (Q question : questions) {
      market.changing.lock();
      try {
        Optional<Candidate> ours = asker.ours(market.candidates, question);
        Optional<Candidate> plain = asker.plain(market.objects, question);
        if (!ours.equals(plain)) {
          throw new IllegalStateException(
              "the index says " + ours + ", the stream " + plain + " to " + question);
        }
        compared++;
      } finally {
        market.changing.unlock();
      }
    }
  }

  /** Prints how the two compare; {@code rate} is the key of ours a second. */
  void report(String rate) {
    double ratios = 1;
    double nanos = 0;
    for (String name : SHARES.keySet()) {
      if (name.equals(NONE)) {
        continue;
      }
      ratios *= rounds.ratio(context, "ratio_" + name, "ours" + name, "plain" + name);
      nanos += 1e9 / rounds.median("ours" + name);
      rounds.rate(context, rate + "_" + name, "ours" + name);
    }
    int matching = SHARES.size() - 1;
    context.result(
        "ratio_stream", String.format(Locale.ROOT, "%.0f", Math.pow(ratios, 1.0 / matching)));
    context.result(rate, String.format(Locale.ROOT, "%.0f", matching * 1e9 / nanos));
    rounds.ratio(context, "ratio_nomatch", "ours" + NONE, "plain" + NONE);
    rounds.rate(context, "nomatch_per_s", "ours" + NONE);
    rounds.rate(context, "stream_per_s", "plain10");
    context.result("changed_per_s", String.format(Locale.ROOT, "%.0f", market.changedPerSecond()));
    context.result("change_us", Rounds.hundredths(market.microsOfAChange()));
    context.result("compared", compared);
    if (found == 0) {
      throw new IllegalStateException("no question had an answer");
    }
  }
}
