package io.edgebeat.core.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitPricesTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);

  @Test
  void theNumberNeverContradictsTheExactOrder() {
    Random random = new Random(SEED);
    for (int i = 0; i < 200_000; i++) {
      Price a = price(random);
      Price b = random.nextBoolean() ? price(random) : near(a, random);
      int exactly = UnitPrices.BY_UNIT.compare(a, b);
      int about = Long.compare(UnitPrices.approximately(a), UnitPrices.approximately(b));
      assertThat(about).as("seed %s, %s, %s", SEED, a, b).isIn(0, exactly);
      assertThat(UnitPrices.approximately(a)).isNotNegative();
      assertThat(UnitPrices.BY_UNIT.compare(b, a)).isEqualTo(-exactly);
    }
  }

  private static Price price(Random random) {
    return price(
        new BigInteger(1 + random.nextInt(96), random),
        random.nextLong() >>> (1 + random.nextInt(63)));
  }

  private static Price near(Price price, Random random) {
    return price(
        price.perTick().baseUnits().add(BigInteger.valueOf(random.nextInt(3) - 1)),
        price.tickUnit().count() + random.nextInt(3) - 1);
  }

  private static Price price(BigInteger units, long count) {
    return new Price(
        new Amount(Asset.EDG, units.max(BigInteger.ONE).min(Amount.MAX)),
        TickUnit.seconds(Math.max(1, count)),
        Amount.zero(Asset.EDG));
  }
}
