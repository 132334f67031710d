package io.edgebeat.benchmarks.money;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.benchmarks.InstantExecutor;
import io.edgebeat.core.agreement.SellerDecider;
import io.edgebeat.core.agreement.SellerPolicy;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.engine.Step;
import io.edgebeat.core.node.Inspection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A seller's side whose program runs, that holds a voucher of 1 024 ticks and the first tick of it;
 * and the keys of its buyer. Taken from a market in virtual time, with real signatures.
 */
final class PaidSeller {
  static final int TICKS = Voucher.MAX_TICKS;

  final PartitionKey key;
  final Protocol protocol;
  final LedgerInfo ledger;
  final List<FactBatch> history;
  final Voucher voucher;
  final Secret voucherKey;

  /** What shows each tick. */
  final Bytes32[] links;

  final Address buyer;
  final Instant at;
  private final SellerDecider decider;

  private PaidSeller(
      LedgerInfo ledger,
      SignatureBackend signatures,
      Event.Begin begin,
      List<FactBatch> seller,
      boolean oneTick) {
    this.ledger = ledger;
    this.protocol = new Protocol(ledger, signatures);
    this.decider = new SellerDecider(protocol, SellerPolicy.DEFAULTS);
    this.key = seller.getFirst().partition();
    this.voucherKey = begin.voucherKey();
    this.voucher =
        seller.stream()
            .flatMap(b -> b.facts().stream())
            .filter(f -> f instanceof Fact.Heard(long sequence, PeerMessage.VoucherSent m))
            .map(f -> ((PeerMessage.VoucherSent) ((Fact.Heard) f).message()).voucher().message())
            .findFirst()
            .orElseThrow();
    if (voucher.tickCount() != TICKS) {
      throw new IllegalStateException("a voucher of " + voucher.tickCount() + " ticks");
    }
    this.links =
        TickChain.links(
            voucher.agreementId(), Bytes32.of(begin.firstSeed().reveal()), voucher.tickCount());
    Function<FactBatch, FactBatch> kept = oneTick ? this::withOneTick : batch -> batch;
    this.history = seller.stream().map(kept).toList();
    this.buyer = begin.agreement().buyer();
    this.at = history.getLast().at();
  }

  private FactBatch withOneTick(FactBatch batch) {
    return new FactBatch(
        batch.partition(),
        batch.at(),
        batch.facts().stream()
            .map(
                f ->
                    f instanceof Fact.Heard(long sequence, PeerMessage.Ticks m)
                        ? new Fact.Heard(sequence, new PeerMessage.Ticks(m.sequence(), 1, links[1]))
                        : f)
            .toList());
  }

  /** One that has begun to run. */
  static PaidSeller make() {
    return make(TICKS, Duration.ZERO);
  }

  /** One that was paid tick by tick for so long, and still is. */
  static PaidSeller streaming(Duration time) {
    return make(1, time);
  }

  private static PaidSeller make(int window, Duration time) {
    SignatureBackend signatures = EdgeBeat.signatures();
    byte[] result = {1};
    ListingSpec listing =
        new ListingSpec(
            "here",
            new ResourceSpec(2000, 1L << 32, 0),
            new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002")),
            Duration.ofDays(1));
    try (LocalMarket market =
        EdgeBeat.local(1)
            .noIndex()
            .signatures(signatures)
            .executor(new InstantExecutor(r -> new TaskOutcome.Completed(ContentId.ofRaw(result))))
            .taskTime(r -> Duration.ofMinutes(15))
            .option("buyer.window", Integer.toString(window))
            .option("snapshotBytes", Long.toString(1L << 30))
            .seller("seller", listing)
            .virtualTime()) {
      ContentId image = market.content().put(ContentSource.of(result), Progress.NONE);
      Task task =
          market
              .buyer()
              .submit(
                  TaskSpec.wasm(image)
                      .limits(
                          ExecutionLimits.DEFAULTS.withWallTime(Duration.ofSeconds(TICKS + 100))),
                  Budget.upTo(Edg.of("5")));
      market.runUntil(() -> task.ticks() > 0, Duration.ofMinutes(2));
      market.run(time.plusSeconds(2));
      Event.Begin begin =
          Inspection.journal(market.buyerNode()).stream()
              .flatMap(b -> b.facts().stream())
              .filter(Fact.BuyerBegan.class::isInstance)
              .map(f -> ((Fact.BuyerBegan) f).begin())
              .findFirst()
              .orElseThrow();
      List<FactBatch> seller = new ArrayList<>();
      for (FactBatch batch : Inspection.journal(market.seller("seller"))) {
        if (batch.partition().kind() == PartitionKey.Kind.SELLER) {
          seller.add(batch);
          if (time.isZero()
              && batch.facts().stream()
                  .anyMatch(
                      f -> f instanceof Fact.WorkMoved moved && moved.to().equals("RUNNING"))) {
            return new PaidSeller(market.ledger().info(), signatures, begin, seller, true);
          }
        }
      }
      if (!time.isZero()) {
        return new PaidSeller(market.ledger().info(), signatures, begin, seller, false);
      }
    }
    throw new IllegalStateException("the program never ran");
  }

  /** The side as it stands before the second tick. */
  SellerSide state() {
    SellerSide side = decider.create(key);
    history.forEach(batch -> batch.facts().forEach(side::evolve));
    return side;
  }

  /** Decides about a message that comes in its turn. */
  FactBatch hear(SellerSide side, PeerMessage message) {
    Step step = new Step(side, at);
    decider.decide(
        side,
        new Event.Received(
            buyer,
            new PeerEnvelope(side.negotiation(), side.heard() + 1, side.said(), message),
            Optional.empty()),
        step);
    return new FactBatch(key, at, step.facts());
  }
}
