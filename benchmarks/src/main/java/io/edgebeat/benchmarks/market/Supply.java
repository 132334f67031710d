package io.edgebeat.benchmarks.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ResourceSpec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Draws listings. A machine has a size, over seven octaves; what it has and what it costs follow
 * its size, each with a scatter of its own, so that the dear ones have more and none is sure to.
 */
final class Supply {
  /** How many sellers there are for so many listings. */
  static final int LISTINGS_OF_A_SELLER = 5;

  /** What share of the listings has each capability. */
  private static final double[] CAPABILITIES = {0.9, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02};

  private static final String[] REGIONS = {"eu-west", "us-east", "ap-south", "eu-north", "moon"};
  private static final Instant FOREVER = Instant.ofEpochSecond(10_000_000_000L);

  private final Random random;
  private final int sellers;
  private long sequence;

  Supply(Random random, int listings) {
    this.random = random;
    this.sellers = Math.max(1, listings / LISTINGS_OF_A_SELLER);
  }

  static String capability(int rank) {
    return "sensor-" + rank;
  }

  static int capabilities() {
    return CAPABILITIES.length;
  }

  static Address address(int n) {
    return Address.of(ByteBuffer.allocate(20).putInt(n).array());
  }

  Address anySeller() {
    return address(random.nextInt(sellers));
  }

  /** A listing of one seller, never the same one twice. */
  Listing listing(Address seller) {
    double size = 7 * random.nextDouble();
    List<CapabilityInfo> capabilities = new ArrayList<>();
    for (int i = 0; i < CAPABILITIES.length; i++) {
      if (random.nextDouble() < CAPABILITIES[i]) {
        capabilities.add(new CapabilityInfo(capability(i), "sensor/bench", "", 1));
      }
    }
    TickUnit.Kind kind = random.nextInt(10) == 0 ? TickUnit.Kind.CALLS : TickUnit.Kind.SECONDS;
    long count = List.of(1L, 1L, 1L, 1L, 10L, 60L).get(random.nextInt(6));
    byte[] hash = new byte[32];
    random.nextBytes(hash);
    return new Listing(
        new ListingId(seller, Bytes32.of(hash)),
        ++sequence,
        FOREVER,
        "bench:" + seller,
        address(-1),
        REGIONS[Math.min(REGIONS.length - 1, (int) Math.abs(2 * random.nextGaussian()))],
        new ResourceSpec(
            around(250, size, 0.5), around(1L << 29, size, 0.7), around(1L << 33, size, 1)),
        random.nextInt(20) == 0 ? Set.of("container") : Set.of("wasm"),
        capabilities,
        new Price(
            Amount.of(Asset.EDG, around(1_000_000_000_000L, 0.9 * size, 0.4) * count),
            new TickUnit(kind, count),
            Amount.of(Asset.EDG, random.nextInt(1_000_000))),
        true);
  }

  /** What a seller was paid in fees, over twenty octaves; a fifth was never paid. */
  long fees() {
    return random.nextInt(5) == 0 ? 0 : around(1_000_000_000L, 20 * random.nextDouble(), 0);
  }

  private long around(long smallest, double octaves, double scatter) {
    return (long) (smallest * Math.pow(2, octaves + scatter * random.nextGaussian()));
  }
}
