package io.edgebeat.benchmarks.simulate;

import io.edgebeat.LocalMarket;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.agreement.SellerWork;
import io.edgebeat.core.node.Inspection;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.tower.Tower;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A watchtower that all sellers of a market give orders to, and that dies now and then. */
final class Lookout {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final LocalMarket market;
  private final SignatureBackend signatures;
  private final SplittableRandom chance;
  private final List<String> sellers;
  private final SimDisk disk;
  private final byte[] key = new byte[32];
  private final Consumer<String> violation;
  private final Consumer<String> fault;

  /** What the tower has promised to look after, at its best, and for whom. */
  private final Map<AgreementId, Promise> promised = new HashMap<>();

  private Tower tower;

  private record Promise(String seller, Amount value) {}

  Lookout(
      LocalMarket market,
      SignatureBackend signatures,
      SplittableRandom chance,
      List<String> sellers,
      Consumer<String> fault,
      Consumer<String> violation) {
    this.market = market;
    this.signatures = signatures;
    this.chance = chance;
    this.sellers = sellers;
    this.fault = fault;
    this.violation = violation;
    this.disk = new SimDisk(chance.nextLong());
    key[31] = 77;
    this.tower = open();
    market.after(EVERY, this::turn);
  }

  private Tower open() {
    KeySigner account = KeySigner.of(signatures, Secret.of(key));
    return new Tower(market.ledger(account), signatures, disk, new byte[16]);
  }

  private void turn() {
    try {
      if (chance.nextInt(20) == 0) {
        fault.accept("tower-crash");
        SimDisk.CrashMode[] modes = SimDisk.CrashMode.values();
        disk.crash(modes[chance.nextInt(modes.length)]);
        tower = open();
      }
      sellers.forEach(this::takeOrders);
      tower.doWork(Duration.ZERO);
    } catch (EdgeBeatException e) {
      violation.accept("the watchtower: " + e);
    }
    market.after(EVERY, this::turn);
  }

  private void takeOrders(String name) {
    if (market.faults().isDown(name)) {
      return;
    }
    EdgeBeatNode seller = market.seller(name);
    for (AgreementId id : seller.seller().agreements()) {
      orderFor(seller, id)
          .ifPresent(
              order -> {
                Promise promise = new Promise(name, order.claim().value());
                // Once it ends the agreement itself, what comes after is a gift.
                if (!promise.equals(promised.get(id)) && works(seller, id)) {
                  tower.watch(order);
                  promised.put(id, promise);
                }
              });
    }
  }

  private static boolean works(EdgeBeatNode seller, AgreementId id) {
    return Inspection.sides(seller).stream()
        .filter(side -> side.id().equals(Optional.of(id)))
        .anyMatch(
            side ->
                side instanceof SellerSide sold
                    && (sold.work() == SellerWork.RUNNING || sold.work() == SellerWork.PAUSED));
  }

  private static Optional<WatchOrder> orderFor(EdgeBeatNode seller, AgreementId id) {
    try {
      return seller.seller().watchOrder(id);
    } catch (EdgeBeatException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      // It is being negotiated.
      return Optional.empty();
    }
  }

  /** At the end: what was watched was not lost, whatever became of the seller. */
  void kept(Predicate<String> mayLose) {
    promised.forEach(
        (id, promise) -> {
          AgreementRecord record = market.ledger().agreement(id, Finality.FINAL);
          Amount most = record.deposit().plus(record.topUps());
          boolean lost = record.paid().compareTo(promise.value.min(most)) < 0;
          if (record.status() == AgreementStatus.CLOSED && lost && !mayLose.test(promise.seller)) {
            violation.accept(
                id + ": the tower watched " + promise.value + ", the end paid " + record.paid());
          }
        });
    for (WatchOrder order : tower.watched()) {
      if (order.claim().value().isZero()) {
        violation.accept("the tower watches nothing: " + order);
      }
    }
  }
}
