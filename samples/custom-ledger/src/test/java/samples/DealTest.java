package samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.NodeBuilder;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.PageKey;
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
import io.edgebeat.testkit.BalancesKept;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that have nothing in common but a notary, and the content of one of them. */
@BalancesKept
@Timeout(180)
class DealTest implements BalancesKept.Counted {
  private static final byte[] ADD =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b");
  private static final Amount FUNDS = Edg.of("10");

  @TempDir Path home;
  private final KeySigner sellerKey = key();
  private final KeySigner buyerKey = key();
  private final KeyPair notaryKey = NotaryBench.newKey();
  private Notary notary;
  private Ledger counted;

  private static KeySigner key() {
    return KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
  }

  @Override
  public Ledger countedLedger() {
    return counted;
  }

  @Override
  public Map<Address, Amount> initialFunds() {
    return Map.of(sellerKey.address(), FUNDS, buyerKey.address(), FUNDS);
  }

  private void open(int port) throws IOException {
    notary = new Notary(home.resolve("notary.log"), notaryKey, InstantSource.system(), port);
  }

  @AfterEach
  void close() throws IOException {
    counted.close();
    notary.close();
  }

  private NodeBuilder node(KeySigner signer) {
    return EdgeBeat.node()
        .signer(signer)
        .directory(home.resolve(signer.address().toString()))
        .ledger(
            "notary",
            Map.of(
                "uri", notary.uri().toString(),
                "key", HexFormat.of().formatHex(notaryKey.getPublic().getEncoded()),
                "funds", sellerKey.address() + "=10 " + buyerKey.address() + "=10"));
  }

  private static Task ordered(EdgeBeatNode buyer, ContentId image, String more) {
    Workload sum = new Workload(Workload.WASM, image, Optional.of("add"), List.of("2", more));
    return buyer.buyer().submit(TaskSpec.of(sum), Budget.upTo(Edg.of("0.5")));
  }

  private static String delivered(Task task) throws IOException {
    assertThat(task.await(Duration.ofMinutes(1))).isInstanceOf(TaskOutcome.Completed.class);
    String result = new String(task.result().readAllBytes(), StandardCharsets.US_ASCII).strip();
    return result + " for " + task.invoice().paid();
  }

  @Test
  void dealsAreMadePaidAndSettledThoughTheNotaryIsAwayForAWhile() throws IOException {
    open(0);
    counted =
        EdgeBeat.ledger(
            new NotaryLog(notary.uri(), notaryKey.getPublic()),
            LedgerOrigin.of(1, initialFunds()),
            key());
    try (EdgeBeatNode seller = node(sellerKey).open();
        EdgeBeatNode buyer = node(buyerKey).content(seller.content()).noExecutor().open()) {
      ContentId image = seller.content().put(ContentSource.of(ADD), Progress.NONE);
      seller
          .seller()
          .advertise(
              new ListingSpec(
                  "here",
                  new ResourceSpec(500, 256L << 20, 0),
                  new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.units(0)),
                  Duration.ofHours(1)));
      while (buyer.buyer().search(ListingQuery.ALL, PageKey.first(1)).items().isEmpty()) {
        // Until the buyer has read in the log what is for sale.
        Thread.onSpinWait();
      }
      Task first = ordered(buyer, image, "40");
      assertThat(delivered(first)).startsWith("42 for ");
      int port = notary.port();
      Task second = ordered(buyer, image, "5");
      while (second.agreement().isEmpty()) {
        // Until both have signed; what is told to the ledger from now on must come to its end.
        Thread.onSpinWait();
      }
      notary.close();
      open(port);
      assertThat(delivered(second)).startsWith("7 for ");
      assertThat(counted.balance(sellerKey.address(), Finality.FINAL))
          .isEqualTo(
              FUNDS
                  .minus(counted.info().parameters().listingFee())
                  .plus(first.invoice().paid())
                  .plus(second.invoice().paid()));
      System.out.println(
          delivered(first)
              + ", and though the notary was away "
              + delivered(second)
              + ", in "
              + Files.readAllLines(home.resolve("notary.log")).size()
              + " entries");
    }
  }
}
