package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service that buys and sells through one node of its own, and comes back after a restart. */
public final class ServiceNode {
  private static final byte[] ADD =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b");

  private final LocalMarket market;
  private final KeySigner signer;
  private final Path directory;

  private ServiceNode(LocalMarket market, KeySigner signer, Path directory) {
    this.market = market;
    this.signer = signer;
    this.directory = directory;
  }

  /** With the same directory and key it is the same node, and goes on where it was. */
  private EdgeBeatNode open() {
    EdgeBeatNode node =
        market
            .node("service", signer)
            .directory(directory)
            .capacity(new ResourceSpec(1000, 512L << 20, 0))
            .index("jdbc", Map.of())
            .open();
    node.events(ServiceNode::show);
    return node;
  }

  /** A live view of every agreement: what moves it, and what was paid. */
  private static void show(NodeEvent event) {
    switch (event.name()) {
      case "DealMoved", "WorkMoved" ->
          System.out.println(
              event.role() + " " + event.name() + " to " + event.details().get("to"));
      case "Said.Ticks", "Heard.Ticks" ->
          System.out.println(event.role() + " tick " + event.details().get("ticks"));
      default -> {}
    }
  }

  private static Task buy(EdgeBeatNode node, ContentId image) {
    Workload sum = new Workload(Workload.WASM, image, Optional.of("add"), List.of("2", "40"));
    return node.buyer().submit(TaskSpec.of(sum), Budget.upTo(Edg.of("0.5")));
  }

  private static void report(EdgeBeatNode node) {
    System.out.println(node.address() + " is " + node.health());
    for (var entry : node.index().orElseThrow().invoices(PageKey.first(10)).items()) {
      System.out.println(EdgeBeat.text(entry.invoice()));
    }
    for (IndexEntry.OfAgreement each :
        node.index().orElseThrow().agreements(PageKey.first(10)).items()) {
      System.out.println(each.id() + " " + each.work() + ", paid " + each.paid());
    }
  }

  private void live() throws IOException {
    ContentId image = market.content().put(ContentSource.of(ADD), Progress.NONE);
    try (EdgeBeatNode node = open()) {
      node.seller()
          .advertise(
              new ListingSpec(
                  "here",
                  new ResourceSpec(500, 256L << 20, 0),
                  new Price(Edg.of("0.0001"), TickUnit.seconds(1), Edg.units(0)),
                  Duration.ofHours(1)));
      // Others buy here, because it is the cheapest, and it buys from others itself.
      Task sold = buy(market.buyerNode(), image);
      Task bought = buy(node, image);
      System.out.println("sold   " + sold.await(Duration.ofMinutes(1)));
      System.out.println("bought " + bought.await(Duration.ofMinutes(1)));
      Files.write(directory.resolveSibling("proof.json"), bought.proof());
      node.backup(directory.resolveSibling("backup"));
    }
    try (EdgeBeatNode again = open()) {
      report(again);
    }
  }

  /** Runs for the time of two tasks and a restart; everything is kept below a new directory. */
  public static void main(String[] args) throws IOException {
    Path home = Files.createTempDirectory("service");
    KeySigner signer = KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      market.fund(signer.address(), Edg.of("5"));
      new ServiceNode(market, signer, home.resolve("node")).live();
    }
  }
}
