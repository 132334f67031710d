package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.IntStream;

/** A sensor gateway that sells its spare capacity, and its thermometer by the reading. */
public final class Gateway implements AutoCloseable {
  private final EdgeBeatNode node;

  /** Opens a node in this process, and advertises on the ledger. */
  Gateway(LocalMarket market, KeySigner signer, Path directory) {
    node =
        market
            .node("gateway", signer)
            .directory(directory)
            .capability(thermometer())
            .capacity(new ResourceSpec(1000, 256L << 20, 64L << 20))
            .open();
    // No more than three agreements at a time, whatever the capacity: the gateway has its own work.
    node.seller()
        .offers(
            offer ->
                node.seller().agreements().size() < 3
                    ? new OfferPolicy.Answer.Accept()
                    : new OfferPolicy.Answer.Reject("busy, come back later"));
    Price price =
        new Price(Edg.of("0.0001"), new TickUnit(TickUnit.Kind.MESSAGES, 1), Edg.of("0.001"));
    node.seller()
        .advertise(
            new ListingSpec(
                "eu-west",
                new ResourceSpec(500, 128L << 20, 32L << 20),
                price,
                Duration.ofHours(1)));
  }

  /** Ten readings for everybody who is in contract, a message each. */
  private static Capability thermometer() {
    return Capability.readings(
        new CapabilityInfo("thermometer", "sensor/temperature", "Air temperature, Celsius", 1),
        () -> IntStream.range(0, 10).mapToObj(Gateway::reading).iterator());
  }

  private static Blob reading(int number) {
    double celsius = 20 + 2 * Math.sin(number / 3.0);
    String text = String.format(Locale.ROOT, "%.1f%n", celsius);
    return Blob.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Lets what runs come to its end, and takes nothing new. */
  @Override
  public void close() {
    node.seller().drain(Duration.ofSeconds(30));
    System.out.println("the gateway has earned " + node.seller().earnings());
    node.close();
  }

  /** The gateway with a customer beside it. */
  public static void main(String[] args) throws IOException {
    Path directory = Files.createTempDirectory("gateway");
    KeySigner signer = KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      market.fund(signer.address(), Edg.of("1"));
      try (Gateway gateway = new Gateway(market, signer, directory);
          InputStream program = Gateway.class.getResourceAsStream("copy.wasm")) {
        byte[] module = program.readAllBytes();
        ContentId image = market.content().put(ContentSource.of(module), Progress.NONE);
        Task task =
            market
                .buyer()
                .submit(
                    TaskSpec.wasm(image).capabilities("thermometer"), Budget.upTo(Edg.of("0.05")));
        System.out.println("bought: " + task.await(Duration.ofMinutes(1)));
        String readings = new String(task.result().readAllBytes(), StandardCharsets.US_ASCII);
        System.out.println(readings.lines().count() + " readings: " + readings.replace('\n', ' '));
        System.out.println(task.ticks() + " ticks, " + task.invoice().paid() + " paid");
      }
    }
  }
}
