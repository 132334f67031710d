package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.NodeBuilder;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A buyer and a seller whose listing, image and result travel through one bucket. */
final class Main {
  /** A WebAssembly module that exports {@code add}. */
  private static final byte[] ADD =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b");

  private Main() {}

  private static NodeBuilder node(LocalMarket market, String name, Map<String, String> bucket) {
    KeySigner signer = KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
    market.fund(signer.address(), Edg.of("5"));
    return market.node(name, signer).content("s3", bucket);
  }

  static String deal(Map<String, String> bucket) throws IOException, InterruptedException {
    ResourceSpec small = new ResourceSpec(500, 256L << 20, 0);
    Price price = new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.units(0));
    CountDownLatch listed = new CountDownLatch(1);
    try (LocalMarket market = EdgeBeat.local().realTime();
        EdgeBeatNode seller = node(market, "far", bucket).capacity(small).open();
        EdgeBeatNode buyer = node(market, "near", bucket).open()) {
      buyer.marketplace().watch(ListingQuery.ALL, listing -> listed.countDown());
      seller.seller().advertise(new ListingSpec("far", small, price, Duration.ofHours(1)));
      listed.await(1, TimeUnit.MINUTES);
      var image = buyer.content().put(ContentSource.of(ADD), Progress.NONE);
      Workload sum = new Workload(Workload.WASM, image, Optional.of("add"), List.of("2", "40"));
      Task task = buyer.buyer().submit(TaskSpec.of(sum), Budget.upTo(Edg.of("0.5")));
      task.await(Duration.ofMinutes(1));
      String result = new String(task.result().readAllBytes(), StandardCharsets.UTF_8);
      return result.strip() + " for " + task.spent() + " by " + image;
    }
  }

  /** Takes endpoint, bucket, access key and secret key of a server that has the bucket. */
  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println(
        deal(
            Map.of(
                "endpoint",
                args[0],
                "bucket",
                args[1],
                "accessKey",
                args[2],
                "secretKey",
                args[3])));
  }
}
