package io.edgebeat.samples.weather;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.NodeBuilder;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Offer;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The market in which faults happen: that of the demo, but its cheapest seller, attic, is built
 * from whatever parts the fault gives it. Everybody is impatient here, and the ledger's challenge
 * time is short, so that nobody waits a day to see the end.
 */
final class Stage implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final LedgerParameters DEFAULTS = LedgerParameters.DEFAULTS;

  /** What its ledger checks. */
  static final LedgerParameters PARAMETERS =
      new LedgerParameters(
          DEFAULTS.listingFee(),
          DEFAULTS.feeFloor(),
          DEFAULTS.depositCap(),
          Duration.ofSeconds(1),
          DEFAULTS.maxChallenge(),
          DEFAULTS.maxLife());

  private final Path directory;
  private final boolean vault;
  private final int resamples;
  private final Display display;
  private final LocalMarket market;
  private final List<AutoCloseable> closing = new ArrayList<>();
  private final List<Offer> offers = new ArrayList<>();
  private @Nullable Listing attic;
  private @Nullable WeatherJob job;

  Stage(DemoLedger ledger, Path directory, String mode, int resamples, Display display) {
    this.directory = directory;
    this.vault = mode.equals("vault");
    this.resamples = resamples;
    this.display = display;
    this.market =
        ledger
            .market()
            .directory(directory)
            .option("mode", mode)
            .option("seller.literal", "true")
            .option("seller.grace", "PT2S")
            .option("seller.resultTimeout", "PT2S")
            .option("seller.settleTimeout", "PT2S")
            .option("buyer.resultTimeout", "PT2S")
            .option("buyer.settleTimeout", "PT2S")
            .option("buyer.challenge", "PT1S")
            .seller(
                Sellers.HARBOUR.id(), Sellers.HARBOUR.listing(), Sellers.THERMOMETER.capability())
            .seller(Sellers.TOWER.id(), Sellers.TOWER.listing(), Sellers.THERMOMETER.capability())
            .realTime();
    if (vault) {
      WeatherDemo.fillVault(market.ledger());
    }
    show(market.buyerNode(), event -> true);
    market.sellers().forEach(s -> s.events(display::seller));
  }

  Path directory() {
    return directory;
  }

  KeySigner newKey() {
    return KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
  }

  PeerTransport transport(KeySigner key) {
    return market.transport(key.address());
  }

  /** Opens attic with the parts of a fault, and shows the market to the buyer. */
  EdgeBeatNode attic(KeySigner key, UnaryOperator<NodeBuilder> parts) throws IOException {
    market.fund(key.address(), Edg.of("1"));
    EdgeBeatNode node =
        parts
            .apply(
                market
                    .node(Sellers.ATTIC.id(), key)
                    .capacity(Sellers.ATTIC.listing().resources())
                    // Lets a stranger owe it a tick, to show what that can cost.
                    .option("seller.newcomerUnpaidTicks", "1")
                    .capability(Sellers.THERMOMETER.capability()))
            .open();
    closing.add(node);
    node.seller()
        .offers(
            offer -> {
              offers.add(offer);
              return new OfferPolicy.Answer.Accept();
            });
    node.events(display::seller);
    attic = node.seller().advertise(Sellers.ATTIC.listing());
    awaitAttic(market.buyerNode());
    Sellers.show(market, display);
    job = new WeatherJob(resamples, market.content(), display);
    return node;
  }

  private void awaitAttic(EdgeBeatNode buyer) {
    if (attic == null) {
      throw new IllegalStateException("attic has not been opened");
    }
    Listing listing = attic;
    until(
        () -> buyer.marketplace().find(listing.id()).isPresent(),
        "attic's listing has not appeared to the buyer");
  }

  /** The buyer with whom nothing is wrong. */
  EdgeBeatNode buyer() {
    return market.buyerNode();
  }

  /** One more buyer, with the parts of a fault. */
  EdgeBeatNode buyer(String name, KeySigner key, UnaryOperator<NodeBuilder> parts) {
    EdgeBeatNode node = parts.apply(market.node(name, key).noExecutor()).open();
    closing.add(node);
    awaitAttic(node);
    return node;
  }

  /** Shows what happens inside a buyer, or some of it. */
  void show(EdgeBeatNode buyer, Predicate<NodeEvent> which) {
    buyer.events(
        event -> {
          if (which.test(event)) {
            display.buyer(event);
          }
        });
  }

  /** Gives a new buyer what it spends, {@code 20 EDG}, in its vault where it is paid from that. */
  void fund(EdgeBeatNode buyer) {
    market.fund(buyer.address(), Edg.of("20"));
    if (vault) {
      WeatherDemo.fillVault(buyer.ledger());
    }
  }

  /** Closes something after all nodes. */
  <T extends AutoCloseable> T owned(T part) {
    closing.addFirst(part);
    return part;
  }

  WeatherJob job() {
    if (job == null) {
      throw new IllegalStateException("attic has not been opened");
    }
    return job;
  }

  /** The first offer that attic was made. */
  Offer offer() {
    return offers.getFirst();
  }

  Ledger ledger() {
    return market.ledger();
  }

  /** A step of the demo. */
  void step(String text) {
    display.step(text);
  }

  /** Further words on the step before. */
  void detail(String text) {
    display.detail(text);
  }

  /** Waits for the right result and reads its sums back. */
  Settled settled(Task task) throws IOException {
    return Settled.of(task, job(), market.ledger(), display);
  }

  /** What the ledger says of an agreement that is over. */
  AgreementRecord closed(AgreementId id) {
    AgreementRecord record = ledger().agreement(id, Finality.FINAL);
    Settled.require(record.status() == AgreementStatus.CLOSED, id + " is " + record.status());
    return record;
  }

  static void await(CountDownLatch latch, String otherwise) {
    try {
      if (!latch.await(LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new EdgeBeatException(ErrorCode.TIMED_OUT, otherwise);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(ErrorCode.INTERRUPTED, otherwise);
    }
  }

  static void until(BooleanSupplier there, String otherwise) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!there.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new EdgeBeatException(ErrorCode.TIMED_OUT, otherwise);
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    for (AutoCloseable part : closing.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        throw new EdgeBeatException(ErrorCode.INTERNAL, part + " does not close: " + e);
      }
    }
    market.close();
  }
}
