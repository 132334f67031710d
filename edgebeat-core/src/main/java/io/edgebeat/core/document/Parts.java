package io.edgebeat.core.document;

import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.ResourceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Parts that several documents have: each is written and read in one place. */
final class Parts {
  /** Times fit 40 bits, as on a ledger. */
  private static final long TIME_LIMIT = (1L << 40) - 1;

  private Parts() {}

  static Json.Obj document(String type, long version, Asset asset) {
    return new Json.Obj()
        .put("type", type)
        .put("version", version)
        .put(
            "asset",
            new Json.Obj().put("symbol", asset.symbol()).put("decimals", asset.decimals()));
  }

  /** Base units of the document's one asset. */
  static Json amount(String name, Amount amount, Asset asset) {
    if (!amount.asset().equals(asset)) {
      throw CanonicalJson.invalid(
          "member " + name + " counts " + amount.asset() + " in a document that counts " + asset,
          null);
    }
    return new Json.Text(amount.baseUnits().toString());
  }

  static Json.Obj price(Price price, Asset asset) {
    return new Json.Obj()
        .put("perTick", amount("price.perTick", price.perTick(), asset))
        .put("setup", amount("price.setup", price.setup(), asset))
        .put(
            "tickUnit",
            new Json.Obj()
                .put("kind", price.tickUnit().kind().name())
                .put("count", price.tickUnit().count()));
  }

  static Price price(Fields document, Asset asset) {
    Fields fields = document.object("price");
    Amount perTick = fields.amount("perTick", asset);
    Amount setup = fields.amount("setup", asset);
    Fields unit = fields.object("tickUnit");
    TickUnit.Kind kind = unit.constant("kind", TickUnit.Kind.class);
    long count = unit.count("count");
    unit.end();
    fields.end();
    return document.valid("price", () -> new Price(perTick, new TickUnit(kind, count), setup));
  }

  static Json.Obj resources(ResourceSpec resources) {
    return new Json.Obj()
        .put("cpuMillis", resources.cpuMillis())
        .put("memoryBytes", resources.memoryBytes())
        .put("storageBytes", resources.storageBytes());
  }

  static ResourceSpec resources(Fields document) {
    Fields fields = document.object("resources");
    long cpuMillis = fields.count("cpuMillis");
    long memoryBytes = fields.count("memoryBytes");
    long storageBytes = fields.count("storageBytes");
    fields.end();
    return new ResourceSpec(cpuMillis, memoryBytes, storageBytes);
  }

  static Json.Obj listingId(ListingId id) {
    return new Json.Obj().put("seller", id.seller()).put("contentHash", id.contentHash());
  }

  static ListingId listingId(Fields document) {
    Fields fields = document.object("listing");
    ListingId id = new ListingId(fields.address("seller"), fields.bytes32("contentHash"));
    fields.end();
    return id;
  }

  static Json.Obj domain(SigningDomain domain) {
    return new Json.Obj()
        .put("name", domain.name())
        .put("version", domain.version())
        .count("chainId", domain.chainId())
        .put("verifyingContract", domain.verifyingContract());
  }

  static SigningDomain domain(Fields document) {
    Fields fields = document.object("domain");
    SigningDomain domain =
        new SigningDomain(
            fields.text("name"),
            fields.text("version"),
            fields.count("chainId"),
            fields.address("verifyingContract"));
    fields.end();
    return domain;
  }

  static Json.Obj limits(ExecutionLimits limits) {
    Json.Obj object =
        new Json.Obj()
            .put("memoryBytes", limits.memoryBytes())
            .put("wallTimeMillis", millis(limits.wallTime()))
            .put("inputBytes", limits.inputBytes())
            .put("outputBytes", limits.outputBytes());
    return limits.fuel() == ExecutionLimits.NO_FUEL_LIMIT
        ? object
        : object.put("fuel", limits.fuel());
  }

  private static long millis(Duration time) {
    if (time.getNano() % 1_000_000 != 0 || time.getSeconds() > Long.MAX_VALUE / 1000 - 1) {
      throw CanonicalJson.invalid(
          "member limits.wallTimeMillis must be whole milliseconds in 63 bits, found " + time,
          null);
    }
    return time.toMillis();
  }

  static ExecutionLimits limits(Fields document) {
    Fields fields = document.object("limits");
    long memoryBytes = fields.count("memoryBytes");
    Duration wallTime = Duration.ofMillis(fields.count("wallTimeMillis"));
    long inputBytes = fields.count("inputBytes");
    long outputBytes = fields.count("outputBytes");
    long fuel = fields.has("fuel") ? fields.count("fuel") : ExecutionLimits.NO_FUEL_LIMIT;
    fields.end();
    return document.valid(
        "limits", () -> new ExecutionLimits(memoryBytes, wallTime, inputBytes, outputBytes, fuel));
  }

  /** A time as a ledger counts it. */
  static long seconds(String name, Instant time) {
    if (time.getNano() != 0 || time.getEpochSecond() < 0 || time.getEpochSecond() > TIME_LIMIT) {
      throw CanonicalJson.invalid(
          "member " + name + " must be whole seconds in 40 bits, found " + time, null);
    }
    return time.getEpochSecond();
  }

  static Instant seconds(Fields document, String name) {
    return Instant.ofEpochSecond(document.count(name, TIME_LIMIT));
  }

  static Json.Obj counts(Map<String, Long> counts) {
    Json.Obj object = new Json.Obj();
    counts.forEach(object::count);
    return object;
  }

  static Json.Obj texts(Map<String, String> texts) {
    Json.Obj object = new Json.Obj();
    texts.forEach((name, text) -> object.put(name, new Json.Text(text)));
    return object;
  }
}
