package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.embedded.transport.JvmNetwork;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node goes down in the middle of an agreement and comes back with its journal. */
class RestartTest {
  /** {@code (func (export "_start") (loop (br 0)))}: runs until it is stopped. */
  private static final byte[] SPIN =
      HexFormat.of()
          .parseHex(
              "0061736d0100000001040160000003020100070a01065f7374617274"
                  + "00000a0901070003400c000b0b");

  private static final TaskOutcome CANCELLED = new TaskOutcome.Stopped("cancelled by the buyer");
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final SignatureBackend signatures = EdgeBeat.signatures();
  private final KeySigner buyerKey = KeySigner.generate(signatures, new SecureRandom());
  private final KeySigner sellerKey = KeySigner.generate(signatures, new SecureRandom());
  private final JvmNetwork network = new JvmNetwork();

  private EdgeBeatNode open(String name, KeySigner key, EmbeddedChain chain, ContentStore content) {
    var node =
        EdgeBeat.node()
            .signer(key)
            .signatures(signatures)
            .ledger(chain.connect(key))
            .content(content)
            .transport(network.transport(key.address()))
            .directory(directory.resolve(name))
            .workers(1)
            // So that it comes back from a snapshot, and what was journaled since.
            .option("snapshotBytes", "2048")
            .option("buyer.resultTimeout", "PT20S")
            .option("seller.grace", "PT20S")
            // Longer than the silence after which a buyer's next word finds a restarted seller.
            .option("seller.resultTimeout", "PT30S")
            .option("seller.settleTimeout", "PT30S");
    return (name.equals("buyer") ? node.noExecutor() : node).open();
  }

  private static void awaitEvent(
      EdgeBeatNode node, Predicate<NodeEvent> event, CountDownLatch latch) {
    node.events(
        e -> {
          if (event.test(e)) {
            latch.countDown();
          }
        });
  }

  /**
   * What becomes of a program that runs until it is told to stop: a restarted seller has no
   * execution any more, and when the end is what is interrupted, it came of itself.
   */
  private static TaskOutcome expected(String at) {
    return switch (at) {
      case "seller RUNNING" -> new TaskOutcome.Stopped("the node was restarted");
      case "buyer SETTLING", "seller TERMINATING" -> new TaskOutcome.TimedOut(SHORT.toMillis());
      default -> CANCELLED;
    };
  }

  /** Waits a while; what was waited for is asserted after. */
  private static void until(BooleanSupplier there) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!there.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** The seller hears of the end by itself, and comes to the same sum. */
  private static void awaitEarned(EdgeBeatNode seller, Amount paid) {
    until(() -> seller.seller().earnings().equals(paid));
    assertThat(seller.seller().earnings()).isEqualTo(paid);
    assertThat(seller.seller().agreements()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "buyer SIGNED", "buyer STREAMING", "buyer SETTLING",
        "seller SIGNED", "seller RUNNING", "seller TERMINATING"
      })
  void endsSettledWhenANodeIsClosedAndOpenedAgain(String at) throws Exception {
    boolean buyers = at.startsWith("buyer");
    String state = at.substring(at.indexOf(' ') + 1);
    // A settlement may be over before the buyer is back; a program that still runs is not.
    boolean ends = expected(at) instanceof TaskOutcome.TimedOut;
    Map<Address, Amount> funds =
        Map.of(buyerKey.address(), Edg.of("100"), sellerKey.address(), Edg.of("100"));
    try (EmbeddedChain chain =
            EmbeddedChain.inMemory(
                EmbeddedChain.config(signatures)
                    .finalityDepth(0)
                    .blockInterval(Duration.ofMillis(50))
                    .funds(funds));
        ContentStore content = EmbeddedContent.inMemory()) {
      EdgeBeatNode seller = open("seller", sellerKey, chain, content);
      EdgeBeatNode buyer = open("buyer", buyerKey, chain, content);
      try {
        Listing listing =
            seller
                .seller()
                .advertise(
                    new ListingSpec(
                        "local",
                        new ResourceSpec(1000, 1L << 30, 0),
                        new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002")),
                        Duration.ofDays(1)));
        EdgeBeatNode searching = buyer;
        until(() -> searching.marketplace().find(listing.id()).isPresent());
        CountDownLatch reached = new CountDownLatch(1);
        awaitEvent(
            buyers ? buyer : seller,
            e ->
                (e.name().equals("DealMoved") || e.name().equals("WorkMoved"))
                    && state.equals(e.details().get("to")),
            reached);
        ContentId image = content.put(ContentSource.of(SPIN), Progress.NONE);
        Task task =
            buyer
                .buyer()
                .submit(
                    TaskSpec.wasm(image)
                        .limits(ExecutionLimits.DEFAULTS.withWallTime(ends ? SHORT : LONG)),
                    Budget.upTo(Edg.of("0.50")));
        TaskId id = task.id();
        assertThat(reached.await(LONG.toSeconds(), TimeUnit.SECONDS)).as(at).isTrue();
        if (buyers) {
          buyer.close();
          buyer = open("buyer", buyerKey, chain, content);
        } else {
          seller.close();
          seller = open("seller", sellerKey, chain, content);
        }
        Task again = buyer.buyer().task(id).orElseThrow();
        if (!ends) {
          assertThat(buyer.buyer().tasks()).extracting(Task::id).contains(id);
        }
        if (expected(at).equals(CANCELLED)) {
          until(() -> again.state() == TaskState.STREAMING);
          again.cancel();
        }
        TaskOutcome outcome = again.await(LONG);
        assertThat(outcome).as("what the task came to").isEqualTo(expected(at));
        assertThat(again.outcome()).contains(outcome);
        AgreementId agreement = again.agreement().orElseThrow();
        AgreementRecord record = buyer.ledger().agreement(agreement, Finality.FINAL);
        assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
        assertThat(record.paid()).isLessThanOrEqualTo(again.spent());
        Invoice invoice = again.invoice();
        assertThat(invoice.paid()).isEqualTo(record.paid());
        assertThat(invoice.fee()).isEqualTo(record.feePaid());
        assertThat(invoice.refunded()).isEqualTo(record.refunded());
        assertThat(invoice.lines())
            .singleElement()
            .satisfies(
                line -> assertThat(line.outcome()).isEqualTo(outcome.getClass().getSimpleName()));
        awaitEarned(seller, record.paid());
        assertThat(chain.audit().isExact()).isTrue();
        assertThat(chain.audit().held().isZero()).isTrue();
        // Nothing was paid twice: what the buyer is short of is this one agreement.
        assertThat(
                Edg.of("100").minus(buyer.ledger().balance(buyerKey.address(), Finality.PENDING)))
            .isEqualTo(record.paid().plus(record.feePaid()));
        assertThat(List.of(buyer.health().problems(), seller.health().problems()))
            .allMatch(List::isEmpty);
        for (String node : List.of("buyer", "seller")) {
          assertThat(directory.resolve(node + "/journal"))
              .isDirectoryContaining(file -> file.toString().endsWith(".snapshot"));
        }
      } finally {
        buyer.close();
        seller.close();
      }
    }
  }
}
