package io.edgebeat.benchmarks.kill;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.crash.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Real nodes in JVMs of their own, with journals in real files, are killed: each halts exactly at a
 * point, and every sixth is killed by SIGKILL at any time. It is started again in another JVM; when
 * all has come to its end the ledger is compared with both journals. {@code -Dedgebeat.point=}
 * leaves out all points but those of that name; with {@code -Dedgebeat.ledger=evm} each market is
 * on a chain of its own, which the nodes reach by themselves.
 */
public final class Kill implements Program {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");
  private static final int ANY_TIME = 6;

  /** Not every errand comes to each of its points each time. */
  private static final int TRIES = 24;

  /** How many markets of each kind there are at the same time; most of an errand is waiting. */
  private static final int LANES = 2;

  /** What all nodes have in common. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("seller.literal", "true"),
          Map.entry("seller.newcomerUnpaidTicks", "1"),
          Map.entry("buyer.tasksPerAgreement", "3"),
          Map.entry("buyer.challenge", "PT15S"),
          Map.entry("buyer.life", "PT5M"),
          Map.entry("buyer.margin", "PT5S"),
          Map.entry("buyer.startTimeout", "PT6S"),
          Map.entry("buyer.idleTimeout", "PT3S"),
          Map.entry("buyer.resultTimeout", "PT2S"),
          Map.entry("seller.margin", "PT5S"),
          Map.entry("seller.grace", "PT5S"),
          Map.entry("seller.provisionTimeout", "PT6S"),
          Map.entry("seller.idleTimeout", "PT4S"),
          Map.entry("seller.resultTimeout", "PT2S"));

  /**
   * What is special about a market.
   *
   * @param keepsPicture whether its nodes keep a state index on disk
   */
  private record Kind(boolean keepsPicture, Map<String, String> options) {}

  private static final List<Kind> MARKETS =
      List.of(
          new Kind(
              false,
              Map.of(
                  "mode", "compact",
                  "buyer.openBy", "PT20S",
                  "buyer.settleTimeout", "PT6S",
                  "seller.settleTimeout", "PT2S")),
          new Kind(
              true,
              Map.of(
                  "mode", "literal",
                  "snapshotBytes", "1024",
                  "buyer.openBy", "PT6S",
                  "buyer.settleTimeout", "PT2S",
                  "seller.settleTimeout", "PT20S")));

  /** What only a node with a short journal does often; the longer that is, the less often. */
  private static final Set<String> SNAPSHOTS =
      Set.of("directory.create.", "directory.rename.", "directory.delete.");

  /** With less, nothing was shown. */
  private static final int FEWEST = 10;

  /** Made by the list of programs. */
  public Kill() {}

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String summary() {
    return "real nodes are killed at every point and at any time: nothing is lost, nothing double";
  }

  /** Where a node is killed; at any time where the point is empty. */
  private record Planned(
      int market, List<KillErrand> errands, String node, String point, int millis) {
    @Override
    public String toString() {
      return errands
          + ", "
          + node
          + (point.isEmpty() ? " after " + millis + " ms" : " at " + point);
    }
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    QUIET.setLevel(Level.OFF);
    long seed = context.seed().orElse(System.nanoTime() & 0xFFFFFFFFL);
    long seconds = context.option("seconds", context.nightly() ? 14_400 : 300);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Path directory = Files.createTempDirectory("edgebeat-kill");
    Count count = new Count();
    List<KillMarket> markets = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(MARKETS.size() * LANES)) {
      String ledger = context.option("ledger").orElse("embedded");
      ClassArchive classes = ClassArchive.write(directory, ledger, OPTIONS);
      for (int i = 0; i < MARKETS.size() * LANES; i++) {
        Map<String, String> options = new HashMap<>(OPTIONS);
        Kind kind = MARKETS.get(i / LANES);
        options.putAll(kind.options);
        markets.add(
            new KillMarket(
                directory.resolve("market" + i), ledger, options, kind.keepsPicture, classes));
      }
      boolean survey = context.nightly() || context.option("survey").isPresent();
      List<SortedMap<String, List<KillErrand>>> seen = new ArrayList<>();
      if (survey) {
        List<Future<SortedMap<String, List<KillErrand>>>> surveys = new ArrayList<>();
        for (int i = 0; i < markets.size(); i += LANES) {
          KillMarket market = markets.get(i);
          surveys.add(threads.submit(() -> survey(context, market, seed)));
        }
        for (Future<SortedMap<String, List<KillErrand>>> each : surveys) {
          seen.add(each.get());
        }
        Known.write(seen).forEach(context::say);
      } else {
        seen.addAll(Known.read(MARKETS.size()));
      }
      long wanted = context.option("count", context.nightly() ? Long.MAX_VALUE : 60);
      String only = context.option("point").orElse("");
      List<Queue<Planned>> plans = plan(seen, new Random(seed), wanted, only, count);
      int planned = plans.stream().mapToInt(Queue::size).sum();
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < markets.size(); i++) {
        KillMarket market = markets.get(i);
        Queue<Planned> plan = plans.get(i / LANES);
        done.add(
            threads.submit(
                () -> {
                  Planned next = plan.poll();
                  while (next != null && System.nanoTime() < end) {
                    kill(context, market, next, seed, count);
                    next = plan.poll();
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      finish(context, planned, count, markets, seed);
    } finally {
      markets.forEach(KillMarket::close);
      delete(directory);
    }
  }

  private static final class Count {
    int kills;
    int anyTime;
    int lost;
    int twice;
    final SortedSet<String> points = new TreeSet<>();
    final SortedSet<String> sides = new TreeSet<>();
    final SortedSet<String> reachable = new TreeSet<>();
  }

  /** Which errands bring which node to which point; those that have come there often first. */
  private static SortedMap<String, List<KillErrand>> survey(
      ProgramContext context, KillMarket market, long seed) {
    Map<String, List<KillErrand>> once = new TreeMap<>();
    SortedMap<String, List<KillErrand>> seen = new TreeMap<>();
    for (KillErrand errand : KillErrand.values()) {
      if (errand == KillErrand.NEWCOMER) {
        continue;
      }
      boolean young = errand == KillErrand.YOUNG;
      if (young) {
        market.replace(KillMarket.SELLER);
        market.replace(KillMarket.BUYER);
      }
      market
          .survey(errand)
          .forEach(
              (node, points) ->
                  points.forEach(
                      (point, times) -> {
                        boolean ofSnapshots = SNAPSHOTS.stream().anyMatch(point::startsWith);
                        if (young == ofSnapshots) {
                          // What was reached only once may have been so by chance.
                          add(times > 1 ? seen : once, node + " " + point, errand);
                        }
                      }));
      synchronized (context) {
        Stream.of(market.lost(), market.twice(), market.wrong())
            .flatMap(List::stream)
            .forEach(v -> context.violation(seed, "nobody is killed, " + v));
      }
    }
    once.forEach((where, errands) -> errands.forEach(errand -> add(seen, where, errand)));
    market
        .firstOpening()
        .keySet()
        .forEach(point -> add(seen, KillMarket.BUYER + " " + point, KillErrand.NEWCOMER));
    return seen;
  }

  private static void add(Map<String, List<KillErrand>> errands, String where, KillErrand errand) {
    errands.computeIfAbsent(where, w -> new ArrayList<>()).add(errand);
  }

  /** Every point of either node once, or {@code only} those of a name, and any time between. */
  private static List<Queue<Planned>> plan(
      List<SortedMap<String, List<KillErrand>>> seen,
      Random random,
      long wanted,
      String only,
      Count count) {
    List<Planned> all = new ArrayList<>();
    SortedSet<String> taken = new TreeSet<>();
    for (int i = 0; i < seen.size(); i++) {
      for (Map.Entry<String, List<KillErrand>> each : seen.get(i).entrySet()) {
        String node = each.getKey().substring(0, each.getKey().indexOf(' '));
        String point = each.getKey().substring(each.getKey().indexOf(' ') + 1);
        count.reachable.add(point);
        if (taken.add(each.getKey()) && each.getKey().contains(only)) {
          all.add(new Planned(i, each.getValue(), node, point, 0));
        }
      }
    }
    Collections.shuffle(all, random);
    List<Planned> chosen = new ArrayList<>();
    for (Planned planned : all) {
      if (chosen.size() < wanted) {
        if (chosen.size() % ANY_TIME == ANY_TIME - 1) {
          chosen.add(
              new Planned(
                  random.nextInt(seen.size()),
                  List.of(random.nextBoolean() ? KillErrand.TRADE : KillErrand.STEPS),
                  random.nextBoolean() ? KillMarket.BUYER : KillMarket.SELLER,
                  "",
                  random.nextInt(700)));
        }
        if (chosen.size() < wanted) {
          chosen.add(planned);
        }
      }
    }
    List<Queue<Planned>> plans = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      int market = i;
      plans.add(
          new ConcurrentLinkedQueue<>(chosen.stream().filter(p -> p.market == market).toList()));
    }
    return plans;
  }

  private static void kill(
      ProgramContext context, KillMarket market, Planned planned, long seed, Count count) {
    boolean struck = planned.point.isEmpty();
    if (struck) {
      market.strikeAnyTime(planned.errands.getFirst(), planned.node, planned.millis);
    }
    for (int i = 0; i < TRIES && !struck; i++) {
      KillErrand errand = planned.errands.get(i % planned.errands.size());
      if (errand == KillErrand.YOUNG) {
        market.replace(planned.node);
      }
      struck =
          errand == KillErrand.NEWCOMER
              ? market.strikeNewcomer(planned.point)
              : market.strike(errand, planned.node, planned.point, 1);
    }
    List<String> lost = market.lost();
    List<String> twice = market.twice();
    List<String> wrong = market.wrong();
    synchronized (context) {
      context.ran();
      if (struck) {
        count.kills++;
        if (planned.point.isEmpty()) {
          count.anyTime++;
        } else {
          count.points.add(planned.point);
          count.sides.add(planned.node + " " + planned.point);
        }
      } else {
        context.violation(seed, planned + ": the point was never reached");
      }
      count.lost += lost.size();
      count.twice += twice.size();
      Stream.of(lost, twice, wrong)
          .flatMap(List::stream)
          .forEach(v -> context.violation(seed, planned + ": " + v));
    }
  }

  private static void finish(
      ProgramContext context, int planned, Count count, List<KillMarket> markets, long seed) {
    if (context.runs() < planned && context.nightly()) {
      context.missed(context.runs() + " of " + planned + " kills were done in the time there was");
    }
    int fewest = Math.min(FEWEST, planned);
    if (count.kills < fewest) {
      context.missed(count.kills + " kills, wanted at least " + fewest);
    }
    SortedSet<String> never = new TreeSet<>(Points.wanted());
    never.removeAll(count.reachable);
    never.forEach(point -> context.missed("no errand comes to " + point));
    context.result("seed", seed);
    context.result("ledger", context.option("ledger").orElse("embedded"));
    context.result("kills", count.kills);
    context.result("any_time", count.anyTime);
    context.result("points", count.points.size());
    context.result("sides", count.sides.size());
    context.result("reachable", count.reachable.size());
    context.result("settled", markets.stream().mapToLong(KillMarket::settled).sum());
    context.result("lost", count.lost);
    context.result("double", count.twice);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
