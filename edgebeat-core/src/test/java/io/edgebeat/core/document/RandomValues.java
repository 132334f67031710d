package io.edgebeat.core.document;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.market.VerificationTier;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Usage;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Values of every shape, drawn from one seed. */
public final class RandomValues {
  private final Random random;

  /** Draws from a seed. */
  public RandomValues(long seed) {
    this.random = new Random(seed);
  }

  /** Something to advertise. */
  public ListingDraft draft() {
    Asset asset = asset();
    List<CapabilityInfo> capabilities = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = "c" + random.nextInt(100);
      if (names.add(name)) {
        capabilities.add(new CapabilityInfo(name, text(), text(), count()));
      }
    }
    Set<String> types = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      types.add(text());
    }
    return new ListingDraft(
        address(),
        count(),
        Instant.ofEpochSecond(random.nextLong(1L << 40)),
        text(),
        address(),
        text(),
        resources(),
        types,
        capabilities,
        price(asset),
        random.nextBoolean());
  }

  /** Something to agree on. */
  public Terms terms() {
    Asset asset = asset();
    return new Terms(
        new ListingId(address(), bytes32()),
        count(),
        text(),
        maybe(this::contentId),
        new ExecutionLimits(count() | 1, Duration.ofMillis(count() >> 10 | 1), count(), count()),
        resources(),
        price(asset),
        1 + random.nextInt(1000),
        random.nextInt(3),
        1 + random.nextInt(3),
        amount(asset),
        address(),
        new HostProfile(
            maybe(() -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))),
            maybe(this::bytes32),
            texts()),
        counts(),
        oneOf(List.of(VerificationTier.values())),
        bytes32());
  }

  /** Something to pay. */
  public Invoice invoice() {
    Asset asset = asset();
    List<Invoice.Line> lines = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      lines.add(
          new Invoice.Line(
              random.nextInt(Integer.MAX_VALUE),
              contentId(),
              text(),
              maybe(this::contentId),
              new Usage(count(), count(), count(), count(), count(), counts())));
    }
    return new Invoice(
        new AgreementId(bytes32()),
        address(),
        address(),
        amount(asset),
        amount(asset),
        amount(asset),
        amount(asset),
        amount(asset),
        count(),
        amount(asset),
        amount(asset),
        amount(asset),
        lines);
  }

  private Asset asset() {
    return random.nextInt(4) > 0 ? Asset.EDG : new Asset("x" + text(), random.nextInt(37));
  }

  private Price price(Asset asset) {
    return new Price(
        amount(asset).max(Amount.of(asset, 1)),
        new TickUnit(oneOf(List.of(TickUnit.Kind.values())), Math.max(1, count())),
        amount(asset));
  }

  private ResourceSpec resources() {
    return new ResourceSpec(count(), count(), count());
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      texts.put(text(), text());
    }
    return texts;
  }

  private Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      counts.put(text(), count());
    }
    return counts;
  }

  private long count() {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private Amount amount(Asset asset) {
    return new Amount(asset, new BigInteger(random.nextInt(97), random));
  }

  private Address address() {
    byte[] bytes = new byte[20];
    random.nextBytes(bytes);
    return Address.of(bytes);
  }

  private Bytes32 bytes32() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Bytes32.of(bytes);
  }

  private ContentId contentId() {
    return new ContentId(
        random.nextBoolean() ? ContentId.Codec.RAW : ContentId.Codec.DAG_PB, bytes32());
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(6)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> "\"\\/\u007f\u2028\ufeff".charAt(random.nextInt(6));
            case 2 -> 0xe000 + random.nextInt(0x1000);
            case 3 -> 0x10000 + random.nextInt(0x10000);
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }
}
