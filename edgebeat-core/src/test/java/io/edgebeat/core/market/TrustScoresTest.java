package io.edgebeat.core.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrustScoresTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);
  private static final long PERIOD = TrustScores.HALF_LIFE.toSeconds();
  private static final Instant NOW = Instant.ofEpochSecond(100 * PERIOD + 17);
  private static final Address SELLER = Listings.address(1);

  @Test
  void aNewcomerHasNothing() {
    TrustScores scores = new TrustScores(Edg.units(100));
    assertThat(scores.score(SELLER, NOW)).isZero();
    assertThat(scores.apply(closed(2, Edg.units(0), NOW, false))).isEmpty();
    assertThat(scores.scores(NOW)).isEmpty();
  }

  @Test
  void manyBuyersCountMoreThanOneRichFriend() {
    TrustScores scores = new TrustScores(Edg.units(100));
    scores.apply(closed(2, Edg.units(5_000), NOW, false));
    assertThat(scores.score(SELLER, NOW)).isEqualTo(100);
    scores.apply(closed(3, Edg.units(60), NOW, false));
    assertThat(scores.apply(closed(4, Edg.units(60), NOW, false))).contains(SELLER);
    assertThat(scores.score(SELLER, NOW)).isEqualTo(220);
    scores.apply(closed(4, Edg.units(60), NOW, false));
    assertThat(scores.score(SELLER, NOW)).isEqualTo(260);
  }

  @Test
  void halvedEveryNinetyDays() {
    TrustScores scores = new TrustScores(Edg.units(100));
    scores.apply(closed(2, Edg.units(1_000), NOW, false));
    scores.apply(closed(3, Edg.units(7), NOW, false));
    Instant time = NOW;
    List<Long> seen = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      seen.add(scores.score(SELLER, time));
      Instant next = TrustScores.nextHalving(time);
      assertThat(scores.score(SELLER, next.minusSeconds(1))).isEqualTo(seen.getLast());
      time = next;
    }
    assertThat(seen).containsExactly(107L, 103L, 101L, 100L, 62L, 31L, 15L, 7L, 3L, 1L, 0L, 0L);
  }

  @Test
  void saturates() {
    TrustScores scores = new TrustScores(new Amount(Asset.EDG, Amount.MAX));
    scores.apply(closed(2, new Amount(Asset.EDG, Amount.MAX), NOW, false));
    assertThat(scores.score(SELLER, NOW)).isEqualTo(Long.MAX_VALUE);
  }

  /** In any order, with retractions between, and however often it is asked in between. */
  @Test
  void onlyWhatHoldsCounts() {
    for (int round = 0; round < 200; round++) {
      Random random = new Random(SEED + round);
      List<LedgerEntry> hold = new ArrayList<>();
      List<LedgerEntry> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int buyer = 2 + random.nextInt(4);
        Amount fee = Edg.units(random.nextInt(200));
        Instant time = NOW.minusSeconds(random.nextLong(5 * PERIOD));
        LedgerEntry entry = closed(buyer, fee, time, false);
        hold.add(entry);
        all.add(entry);
        if (random.nextInt(3) == 0) {
          LedgerEntry gone = closed(buyer, fee, time, true);
          hold.removeLast();
          all.add(gone);
        }
      }
      // A retraction stays behind its event: rotate what is left in its order.
      Collections.rotate(hold, random.nextInt(60));
      TrustScores scores = new TrustScores(Edg.units(150));
      for (LedgerEntry entry : all) {
        scores.apply(entry);
        if (random.nextInt(4) == 0) {
          scores.score(SELLER, NOW.minusSeconds(random.nextLong(5 * PERIOD)));
        }
      }
      TrustScores other = new TrustScores(Edg.units(150));
      hold.forEach(other::apply);
      assertThat(scores.scores(NOW)).as("seed %s", SEED + round).isEqualTo(other.scores(NOW));
      assertThat(scores.score(SELLER, NOW)).as("seed %s", SEED + round).isEqualTo(plain(hold));
    }
  }

  private static long plain(List<LedgerEntry> entries) {
    Map<Address, Map<Long, BigInteger>> fees = new HashMap<>();
    for (LedgerEntry entry : entries) {
      LedgerEvent.Closed closed = (LedgerEvent.Closed) entry.event();
      fees.computeIfAbsent(closed.buyer(), b -> new HashMap<>())
          .merge(entry.time().getEpochSecond() / PERIOD, closed.fee().baseUnits(), BigInteger::add);
    }
    long sum = 0;
    for (Map<Long, BigInteger> buyer : fees.values()) {
      long value = 0;
      for (Map.Entry<Long, BigInteger> period : buyer.entrySet()) {
        value += period.getValue().longValue() >> (100 - period.getKey());
      }
      sum += Math.min(150, value);
    }
    return sum;
  }

  static LedgerEntry closed(int buyer, Amount fee, Instant time, boolean retracted) {
    return new LedgerEntry(
        1,
        Bytes32.ZERO,
        0,
        time,
        Finality.FINAL,
        retracted,
        new LedgerEvent.Closed(
            new AgreementId(Bytes32.ZERO),
            Listings.address(buyer),
            SELLER,
            fee,
            Edg.units(0),
            fee,
            Bytes32.ZERO));
  }
}
