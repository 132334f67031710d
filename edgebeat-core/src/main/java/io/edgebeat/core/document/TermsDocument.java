package io.edgebeat.core.document;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.VerificationTier;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.ResourceSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The document of terms. Its hash is the {@code termsHash} that both parties sign. */
final class TermsDocument {
  private static final String TYPE = "terms";
  private static final long VERSION = 1;

  private TermsDocument() {}

  static Json.Obj write(Terms terms) {
    Asset asset = terms.price().perTick().asset();
    Json.Obj document =
        Parts.document(TYPE, VERSION, asset)
            .put("listing", Parts.listingId(terms.listing()))
            .count("listingSequence", terms.listingSequence())
            .put("workloadType", terms.workloadType())
            .put("limits", Parts.limits(terms.limits()))
            .put("resources", Parts.resources(terms.resources()))
            .put("price", Parts.price(terms.price(), asset))
            .put("maxTasks", terms.maxTasks())
            .put("maxUnpaidTicks", terms.maxUnpaidTicks())
            .put("window", terms.window())
            .put("resultAmount", Parts.amount("resultAmount", terms.resultAmount(), asset))
            .put("receiptKey", terms.receiptKey())
            .put("hostProfile", hostProfile(terms.hostProfile()))
            .put("capabilities", Parts.counts(terms.capabilities()))
            .put("tier", terms.tier().name())
            .put("salt", terms.salt());
    terms.image().ifPresent(image -> document.put("image", image));
    return document;
  }

  static Terms read(byte[] bytes) {
    return readOpened(Fields.document(bytes, TYPE, VERSION));
  }

  /** Reads the one inside of another document. */
  static Terms read(Fields document) {
    return readOpened(document.document("terms", TYPE, VERSION));
  }

  private static Terms readOpened(Fields fields) {
    Asset asset = fields.asset("asset");
    ListingId listing = Parts.listingId(fields);
    long listingSequence = fields.count("listingSequence");
    String workloadType = fields.text("workloadType");
    Optional<ContentId> image = fields.optionalContentId("image");
    ExecutionLimits limits = Parts.limits(fields);
    ResourceSpec resources = Parts.resources(fields);
    Price price = Parts.price(fields, asset);
    int maxTasks = fields.smallCount("maxTasks");
    int maxUnpaidTicks = fields.smallCount("maxUnpaidTicks");
    int window = fields.smallCount("window");
    Amount resultAmount = fields.amount("resultAmount", asset);
    Address receiptKey = fields.address("receiptKey");
    HostProfile hostProfile = hostProfile(fields);
    Map<String, Long> capabilities = fields.countsByName("capabilities");
    VerificationTier tier = fields.constant("tier", VerificationTier.class);
    Bytes32 salt = fields.bytes32("salt");
    fields.end();
    return fields.valid(
        "maxTasks",
        () ->
            new Terms(
                listing,
                listingSequence,
                workloadType,
                image,
                limits,
                resources,
                price,
                maxTasks,
                maxUnpaidTicks,
                window,
                resultAmount,
                receiptKey,
                hostProfile,
                capabilities,
                tier,
                salt));
  }

  /** A program may be shown a time to the nanosecond, so this one time has a second part. */
  private static Json.Obj hostProfile(HostProfile profile) {
    Json.Obj object = new Json.Obj().put("environment", Parts.texts(profile.environment()));
    profile
        .clock()
        .ifPresent(
            clock ->
                object.put("clock", clock.getEpochSecond()).put("clockNanos", clock.getNano()));
    profile.randomSeed().ifPresent(seed -> object.put("randomSeed", seed));
    return object;
  }

  private static HostProfile hostProfile(Fields document) {
    Fields fields = document.object("hostProfile");
    Map<String, String> environment = fields.textsByName("environment");
    Optional<Instant> clock = Optional.empty();
    if (fields.has("clock")) {
      long seconds = fields.integer("clock");
      long nanos = fields.count("clockNanos", 999_999_999);
      clock = Optional.of(fields.valid("clock", () -> Instant.ofEpochSecond(seconds, nanos)));
    }
    Optional<Bytes32> seed =
        fields.has("randomSeed") ? Optional.of(fields.bytes32("randomSeed")) : Optional.empty();
    fields.end();
    return new HostProfile(clock, seed, environment);
  }
}
