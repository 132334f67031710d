package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Draws what a sequence is about: most deals can be opened, some for one reason cannot. */
final class Deals {
  private static final int COUNT = 9;

  private final Random random;
  private final World world;

  private Deals(Random random, World world) {
    this.random = random;
    this.world = world;
  }

  static List<Deal> draw(Random random, World world) {
    Deals deals = new Deals(random, world);
    List<Deal> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      Deal deal = deals.sound(i);
      all.add(random.nextInt(4) == 0 ? deals.spoilt(deal) : deal);
    }
    return all;
  }

  private Deal sound(int salt) {
    boolean huge = world == World.BOUNDLESS && random.nextInt(3) == 0;
    long openBy = 200L + random.nextInt(1_500);
    return new Deal(
        random.nextInt(4) == 0 ? Actor.POOR_BUYER : Actor.RICH_BUYER,
        random.nextInt(3) == 0 ? Actor.OTHER_SELLER : Actor.SELLER,
        // A buyer may be its own voucher key.
        Optional.of(random.nextInt(8) == 0 ? Actor.RICH_BUYER : Actor.KEY),
        Optional.empty(),
        huge
            ? huge()
            : new Amount(Asset.EDG, BigInteger.valueOf(1 + random.nextInt(20)).multiply(TOKEN)),
        fee(),
        openBy,
        openBy + random.nextInt(3_000),
        60 + random.nextInt(600),
        0,
        0,
        random.nextInt(3) == 0 ? Agreement.Funding.VAULT : Agreement.Funding.WALLET,
        salt);
  }

  private static final BigInteger TOKEN = BigInteger.TEN.pow(18);

  private Amount fee() {
    if (world == World.BOUNDLESS && random.nextInt(3) > 0) {
      return random.nextInt(4) == 0 ? huge() : Edg.units(0);
    }
    return Edg.of(random.nextInt(3) == 0 ? "5" : "0.01");
  }

  /** Two of them are often beyond 96 bits. */
  private Amount huge() {
    return new Amount(
        Asset.EDG,
        Amount.MAX.shiftRight(random.nextInt(4)).subtract(BigInteger.valueOf(random.nextInt(3))));
  }

  private Deal spoilt(Deal d) {
    return switch (random.nextInt(14)) {
      case 0 -> with(d, d.buyer(), d.voucherKey(), d.deposit(), d.fee(), 0, 0, d.challenge());
      case 1 ->
          with(d, d.seller(), Optional.of(d.seller()), Edg.units(0), d.fee(), 0, 0, d.challenge());
      case 2 -> with(d, d.seller(), Optional.empty(), d.deposit(), d.fee(), 0, 0, d.challenge());
      case 3 ->
          with(d, d.seller(), d.voucherKey(), Edg.units(0), Edg.units(0), 0, 0, d.challenge());
      case 4 -> with(d, d.seller(), d.voucherKey(), Edg.of("100.5"), d.fee(), 0, 0, d.challenge());
      case 5 -> with(d, d.seller(), d.voucherKey(), d.deposit(), Edg.units(1), 0, 0, 59);
      case 6 -> with(d, d.seller(), d.voucherKey(), d.deposit(), d.fee(), 0, 0, 86_401);
      case 7, 8 -> with(d, d.seller(), d.voucherKey(), d.deposit(), d.fee(), 1, 0, 1);
      case 9 -> with(d, d.seller(), d.voucherKey(), d.deposit(), d.fee(), 0, 7, d.challenge());
      // Nobody can sign for it, and no malformed signature may.
      case 10 -> absent(d, d.seller());
      case 11 -> absent(d, d.buyer());
      case 12 -> times(d, d.expiry() + 1 + random.nextInt(2), d.expiry());
      default -> times(d, d.openBy(), 31L * 86_400 + random.nextInt(86_400));
    };
  }

  private static Deal with(
      Deal d,
      Actor seller,
      Optional<Actor> voucherKey,
      Amount deposit,
      Amount fee,
      long tenant,
      long policy,
      long challenge) {
    return new Deal(
        d.buyer(),
        seller,
        voucherKey,
        d.absent(),
        deposit,
        fee,
        d.openBy(),
        d.expiry(),
        challenge,
        tenant,
        policy,
        d.funding(),
        d.salt());
  }

  private static Deal absent(Deal d, Actor who) {
    return new Deal(
        d.buyer(),
        d.seller(),
        d.voucherKey(),
        Optional.of(who),
        d.deposit(),
        d.fee(),
        d.openBy(),
        d.expiry(),
        d.challenge(),
        d.tenant(),
        d.policy(),
        d.funding(),
        d.salt());
  }

  private static Deal times(Deal d, long openBy, long expiry) {
    return new Deal(
        d.buyer(),
        d.seller(),
        d.voucherKey(),
        d.absent(),
        d.deposit(),
        d.fee(),
        openBy,
        expiry,
        d.challenge(),
        d.tenant(),
        d.policy(),
        d.funding(),
        d.salt());
  }
}
