package io.edgebeat.benchmarks.evm;

import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.market.EmbeddedMarketplace;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a node does when it starts beside an old market: it reads every listing from the chain, its
 * document from the content store, and puts it into its index. Beside it the index alone, told the
 * same entries, and the node alone, which sends the same logs to somebody who reads none of them.
 */
public final class EvmIndexBench implements Program {
  private static final int ROUNDS = 7;
  private static final int WARM_UP = 2;

  /** What the engine asks for at once. */
  private static final int PAGE = 512;

  /** After so many pages the heap is measured. */
  private static final int HEAP_PAGES = 4;

  @Override
  public String name() {
    return "evm-index";
  }

  @Override
  public String summary() {
    return "10 000 listings of the past read from anvil into the index, and the heap meanwhile";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 100_000 : 10_000);
    LedgerParameters usual = LedgerParameters.DEFAULTS;
    LedgerParameters free =
        new LedgerParameters(
            Edg.units(0),
            usual.feeFloor(),
            usual.depositCap(),
            usual.minChallenge(),
            usual.maxChallenge(),
            usual.maxLife());
    Optional<EvmNet> started = EvmNet.start(context, free);
    if (started.isEmpty()) {
      return;
    }
    try (EvmNet net = started.get();
        ContentStore content = EmbeddedContent.inMemory();
        Bare bare = new Bare(net.net.uri())) {
      History.write(net, content, count);
      List<LedgerEntry> entries = new ArrayList<>();
      read(net, entries::add, page -> {});
      String logs = logs(net);
      Rounds rounds = new Rounds();
      for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        if (i == WARM_UP) {
          rounds.clear();
        }
        rounds.wall("all", () -> indexed(content, count, to -> read(net, to, page -> {})));
        rounds.wall("index", () -> indexed(content, count, entries::forEach));
        rounds.wall("node", () -> bare.ask(logs).length() > count ? count : 0);
      }
      entries.clear();
      List<Long> heaps = heaps(net);
      context.result("listings", count);
      rounds.rate(context, "listings_per_s", "all");
      rounds.rate(context, "index_alone_per_s", "index");
      rounds.rate(context, "node_alone_per_s", "node");
      rounds.ratio(context, "ratio_index", "all", "index");
      context.result("heap_points", heaps.size());
      long first = heaps.getFirst();
      long most = heaps.stream().mapToLong(Long::longValue).max().orElse(first);
      context.result("heap_mib", Rounds.hundredths(most / 1048576.0));
      context.result("heap_growth_mib", Rounds.hundredths((most - first) / 1048576.0));
    }
  }

  private static long indexed(
      ContentStore content, int count, Consumer<Consumer<LedgerEntry>> source) {
    try (EmbeddedMarketplace market = new EmbeddedMarketplace(content, InstantSource.system())) {
      source.accept(market::apply);
      if (market.candidates().size() != count) {
        throw new IllegalStateException(
            market.candidates().size() + " of " + count + " listings are in the index");
      }
    }
    return count;
  }

  /** From the beginning to the head, as the engine does it. */
  private static void read(EvmNet net, Consumer<LedgerEntry> entries, Consumer<EventPage> pages) {
    try (Ledger ledger = net.connect(net.key())) {
      LedgerCursor cursor = LedgerCursor.START;
      EventPage page;
      do {
        page = ledger.awaitEvents(cursor, PAGE, Duration.ZERO);
        page.entries().forEach(entries);
        cursor = page.next();
        pages.accept(page);
      } while (page.entries().size() == PAGE);
    }
  }

  /** What the heap holds after collections while a reader that keeps nothing goes along. */
  private static List<Long> heaps(EvmNet net) {
    List<Long> heaps = new ArrayList<>();
    int[] pages = new int[1];
    read(
        net,
        entry -> {},
        page -> {
          if (++pages[0] % HEAP_PAGES == 0) {
            System.gc();
            System.gc();
            heaps.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
          }
        });
    return heaps;
  }

  private static String logs(EvmNet net) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getLogs\",\"params\":[{\"address\":[\""
        + net.deployment.market()
        + "\",\""
        + net.deployment.token()
        + "\"],\"fromBlock\":\""
        + Hex.of(net.deployment.firstBlock())
        + "\",\"toBlock\":\"latest\"}]}";
  }
}
