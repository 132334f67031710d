package io.edgebeat.samples.weather;

import io.edgebeat.LocalMarket;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ResourceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Who sells in this market, and for how much. */
enum Sellers {
  HARBOUR("eu-north", "0.0040"),
  /** The cheapest: whoever buys anywhere buys here. */
  ATTIC("eu-west", "0.0025"),
  TOWER("us-west", "0.0031");

  static final Thermometer THERMOMETER = new Thermometer(21.5);

  private final String region;
  private final String price;

  Sellers(String region, String price) {
    this.region = region;
    this.price = price;
  }

  /** Its name in the market, and that of its directory. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  String region() {
    return region;
  }

  ListingSpec listing() {
    return new ListingSpec(
        region,
        new ResourceSpec(1000, 256L << 20, 64L << 20),
        new Price(Edg.of(price), TickUnit.seconds(1), Edg.of("0.01")),
        Duration.ofHours(2));
  }

  private static String at(String region) {
    return List.of(values()).stream()
        .filter(s -> s.region.equals(region))
        .findFirst()
        .map(Sellers::id)
        .orElse("somebody");
  }

  /** Prints what the buyer finds. */
  static void show(LocalMarket market, Display display) {
    display.step("three sellers advertise on the ledger; each listing costs a fee");
    for (var listing : market.buyer().search(ListingQuery.ALL, PageKey.first(10)).items()) {
      display.detail(
          String.format(
              Locale.ROOT,
              "%-8s %-9s %s a second, %s for set-up, thermometer",
              at(listing.region()),
              listing.region(),
              listing.price().perTick(),
              listing.price().setup()));
    }
  }
}
