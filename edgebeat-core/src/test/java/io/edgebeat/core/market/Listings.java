package io.edgebeat.core.market;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.document.ListingDraft;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Listings and queries, drawn from one seed, of few enough values that they meet. */
public final class Listings {
  /** When the first of them may expire. */
  public static final Instant START = Instant.ofEpochSecond(1_800_000_000);

  private final Random random;
  private long sequence;

  /** Draws from a seed. */
  public Listings(Random random) {
    this.random = random;
  }

  /** The n-th account. */
  public static Address address(int n) {
    return Address.of(ByteBuffer.allocate(20).putInt(n).array());
  }

  /** A listing. */
  public Listing listing() {
    List<CapabilityInfo> capabilities = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      String name = "c" + random.nextInt(random.nextInt(8) == 0 ? 100 : 5);
      if (names.add(name)) {
        capabilities.add(new CapabilityInfo(name, "sensor/x", "", 1));
      }
    }
    Set<String> types = new HashSet<>();
    types.add(random.nextInt(4) == 0 ? "t" + random.nextInt(30) : "wasm");
    if (random.nextInt(4) == 0) {
      types.add("container");
    }
    return new ListingDraft(
            address(random.nextInt(20)),
            ++sequence,
            START.plusSeconds(random.nextInt(1000)),
            "host" + random.nextInt(20),
            address(1000),
            "r" + random.nextInt(4),
            resources(),
            types,
            capabilities,
            new Price(
                price(),
                new TickUnit(
                    List.of(TickUnit.Kind.values()).get(random.nextInt(4)), 1 + random.nextInt(3)),
                Amount.of(Asset.EDG, random.nextInt(3))),
            true)
        .toListing();
  }

  /** A query. */
  public ListingQuery query() {
    Set<String> capabilities = new HashSet<>();
    for (int i = random.nextInt(4) - 2; i > 0; i--) {
      capabilities.add("c" + random.nextInt(random.nextInt(8) == 0 ? 110 : 5));
    }
    return new ListingQuery(
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(random.nextInt(4) == 0 ? "t" + random.nextInt(33) : "wasm"),
        random.nextBoolean() ? ResourceSpec.NONE : resources(),
        capabilities,
        random.nextInt(3) > 0 ? Optional.empty() : Optional.of("r" + random.nextInt(5)),
        random.nextInt(3) > 0
            ? Optional.empty()
            : Optional.of(List.of(TickUnit.Kind.values()).get(random.nextInt(4))),
        random.nextInt(3) > 0 ? Optional.empty() : Optional.of(price()),
        random.nextInt(3) > 0 ? 0 : random.nextInt(5));
  }

  /** A price with many equal ones, and some that no long holds. */
  private Amount price() {
    BigInteger units =
        switch (random.nextInt(4)) {
          case 0 -> new BigInteger(96, random).or(BigInteger.ONE);
          case 1 -> BigInteger.ONE.shiftLeft(64).add(BigInteger.valueOf(random.nextInt(3) - 1));
          case 2 -> BigInteger.ONE.shiftLeft(63).add(BigInteger.valueOf(random.nextInt(3) - 1));
          default -> BigInteger.valueOf(1 + random.nextInt(30));
        };
    return new Amount(Asset.EDG, units);
  }

  private ResourceSpec resources() {
    return new ResourceSpec(random.nextInt(4), random.nextInt(4), random.nextInt(4));
  }
}
