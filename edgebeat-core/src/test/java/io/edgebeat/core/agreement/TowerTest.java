package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.Watchtower;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.tower.Tower;
import io.edgebeat.testkit.fault.FaultyLedger;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A third party claims for a seller that does not look, in time, and gets nothing itself. */
class TowerTest {
  private static final KeySigner TOWER = TwoSides.key("tower");

  private final SimDisk disk = new SimDisk(3);

  private static TwoSides streaming() {
    TwoSides world = new TwoSides(new TwoSides.Setup()).begin();
    world.seconds(3);
    world.seller.behind = true;
    return world;
  }

  private Tower tower(Ledger ledger) {
    return new Tower(ledger, TwoSides.SIGNATURES, disk, new byte[16]);
  }

  private static WatchOrder order(TwoSides world) {
    WatchOrder order = world.sells().watchOrder().orElseThrow();
    return Watchtower.read(Watchtower.write(order));
  }

  /** The buyer wants its deposit back, and the seller does not see it. */
  private static void close(TwoSides world) {
    Ledger buyer = world.buyer.ledger;
    buyer.broadcast(buyer.prepare(new LedgerCommand.RequestClose(world.buys().agreement())));
    world.pump();
    assertThat(world.record().status()).isEqualTo(AgreementStatus.CLOSING);
  }

  private static void claimed(TwoSides world, Amount value) {
    assertThat(world.record().claimed()).isEqualTo(value);
    assertThat(world.seller.ledger.balance(world.sellerKey.address(), Finality.PENDING))
        .as("the seller's")
        .isEqualTo(Edg.of("1").plus(value));
    assertThat(world.seller.ledger.balance(TOWER.address(), Finality.PENDING))
        .as("the tower's")
        .isEqualTo(Edg.units(0));
  }

  @Test
  void itClaimsAtTheFirstSightOfAClose() {
    try (TwoSides world = streaming();
        Tower tower = tower(world.chain.connect(TOWER))) {
      WatchOrder order = order(world);
      tower.watch(order);
      assertThat(tower.doWork(Duration.ZERO)).isZero();
      close(world);
      assertThat(tower.doWork(Duration.ZERO)).isEqualTo(1);
      claimed(world, order.claim().value());
      assertThat(tower.doWork(Duration.ZERO)).as("a second claim").isZero();
    }
  }

  @Test
  void itClaimsWhatWasClosedWhileItWasOff() {
    try (TwoSides world = streaming()) {
      WatchOrder order = order(world);
      tower(world.chain.connect(TOWER)).watch(order);
      disk.crash(SimDisk.CrashMode.DROP);
      close(world);
      try (Tower again = tower(world.chain.connect(TOWER))) {
        assertThat(again.watched()).hasSize(1);
        again.doWork(Duration.ZERO);
        claimed(world, order.claim().value());
      }
    }
  }

  @Test
  void itClaimsBeforeAnAgreementThatNobodyClosesCanBeFinalized() {
    try (TwoSides world = streaming();
        Tower tower = tower(world.chain.connect(TOWER))) {
      WatchOrder order = order(world);
      tower.watch(order);
      world.buyer.behind = true;
      world.now = world.buys().agreement().expiry().plusSeconds(1);
      world.chain.mine(1);
      assertThat(tower.doWork(Duration.ZERO)).isEqualTo(1);
      claimed(world, order.claim().value());
    }
  }

  @Test
  void theSameBytesAreSentAgainAfterACrashBeforeTheyWereSent() {
    try (TwoSides world = streaming()) {
      WatchOrder order = order(world);
      Ledger cut = new FaultyLedger(world.chain.connect(TOWER), 1).broadcastFails(1);
      Tower tower = tower(cut);
      tower.watch(order);
      close(world);
      assertThatThrownBy(() -> tower.doWork(Duration.ZERO))
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE));
      disk.crash(SimDisk.CrashMode.DROP);
      Ledger ledger = world.chain.connect(TOWER);
      try (Tower again = tower(ledger)) {
        again.doWork(Duration.ZERO);
        claimed(world, order.claim().value());
      }
    }
  }

  @Test
  void aClaimThatAReorganisationTakesAwayIsSentAgain() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.depth = 3;
    setup.believed = 0;
    try (TwoSides world = new TwoSides(setup).begin();
        Tower tower = tower(world.chain.connect(TOWER))) {
      world.seconds(3);
      world.seller.behind = true;
      WatchOrder order = order(world);
      tower.watch(order);
      close(world);
      tower.doWork(Duration.ZERO);
      claimed(world, order.claim().value());
      world.chain.reorg(1, false);
      assertThat(world.record().claimed()).isEqualTo(Edg.units(0));
      tower.doWork(Duration.ZERO);
      tower.doWork(Duration.ZERO);
      claimed(world, order.claim().value());
    }
  }

  @Test
  void theBestOrderCountsAndWhatProvesNothingIsRefused() {
    try (TwoSides world = streaming();
        Tower tower = tower(world.chain.connect(TOWER))) {
      WatchOrder early = order(world);
      world.seller.behind = false;
      world.seconds(2);
      WatchOrder late = order(world);
      assertThat(late.claim().value()).isGreaterThan(early.claim().value());
      tower.watch(late);
      tower.watch(early);
      assertThat(tower.watched().getFirst().claim().value()).isEqualTo(late.claim().value());
      Agreement agreement = late.agreement();
      Voucher much =
          new Voucher(
              world.buys().agreementId(),
              9,
              Edg.of("5"),
              Bytes32.ZERO,
              Edg.units(0),
              0,
              Bytes32.ZERO);
      VoucherClaim forged =
          new VoucherClaim(world.protocol.sign(much, world.receiptKey), 0, Bytes32.ZERO);
      assertThatThrownBy(() -> tower.watch(new WatchOrder(agreement, forged)))
          .hasMessageContaining("voucher 9")
          .hasMessageContaining(agreement.voucherKey().toString());
      assertThatThrownBy(
              () ->
                  new WatchOrder(
                      agreement, new VoucherClaim(late.claim().voucher(), 3, Bytes32.ZERO)))
          .hasMessageContaining("tick 3");
      assertThatThrownBy(() -> Watchtower.read(new byte[] {1, 2, 3}))
          .hasMessageContaining("WatchOrder");
    }
  }

  @Test
  void aSellerClaimsBeforeTheEndWhatIsWorthATransaction() {
    TwoSides.Setup setup = new TwoSides.Setup();
    setup.claimAbove = Edg.units(400);
    try (TwoSides world = new TwoSides(setup).begin()) {
      world.seconds(1);
      assertThat(world.record().claimed()).isEqualTo(Edg.units(0));
      world.seconds(3);
      assertThat(world.record().claimed()).isGreaterThanOrEqualTo(Edg.units(400));
      assertThat(world.record().status()).isEqualTo(AgreementStatus.OPEN);
      world.completes();
      world.seconds(20);
      world.settled();
    }
  }
}
