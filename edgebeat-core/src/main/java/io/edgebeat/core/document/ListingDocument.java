package io.edgebeat.core.document;

import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.task.ResourceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The document of a listing. It cannot hold its own hash. */
final class ListingDocument {
  private static final String TYPE = "listing";
  private static final long VERSION = 1;

  private ListingDocument() {}

  static Json.Obj write(ListingDraft draft) {
    Asset asset = draft.price().perTick().asset();
    List<Json> capabilities = new ArrayList<>();
    for (CapabilityInfo capability : draft.capabilities()) {
      capabilities.add(
          new Json.Obj()
              .put("name", capability.name())
              .put("kind", capability.kind())
              .put("description", capability.description())
              .put("unitsPerMessage", capability.unitsPerMessage()));
    }
    checkNames(draft.capabilities());
    return Parts.document(TYPE, VERSION, asset)
        .put("seller", draft.seller())
        .count("sequence", draft.sequence())
        .put("validUntil", Parts.seconds("validUntil", draft.validUntil()))
        .put("endpoint", draft.endpoint())
        .put("receiptKey", draft.receiptKey())
        .put("region", draft.region())
        .put("resources", Parts.resources(draft.resources()))
        .put("workloadTypes", Json.Arr.sorted(draft.workloadTypes()))
        .put("capabilities", new Json.Arr(capabilities))
        .put("price", Parts.price(draft.price(), asset))
        .put("lease", draft.lease());
  }

  static ListingDraft read(byte[] document) {
    return readOpened(Fields.document(document, TYPE, VERSION));
  }

  /** Reads the one inside of another document. */
  static ListingDraft read(Fields document) {
    return readOpened(document.document("listing", TYPE, VERSION));
  }

  private static ListingDraft readOpened(Fields fields) {
    Asset asset = fields.asset("asset");
    Address seller = fields.address("seller");
    long sequence = fields.count("sequence");
    Instant validUntil = Parts.seconds(fields, "validUntil");
    String endpoint = fields.text("endpoint");
    Address receiptKey = fields.address("receiptKey");
    String region = fields.text("region");
    ResourceSpec resources = Parts.resources(fields);
    Set<String> workloadTypes = new HashSet<>(fields.texts("workloadTypes"));
    List<CapabilityInfo> capabilities = new ArrayList<>();
    for (Fields item : fields.objects("capabilities")) {
      String name = item.text("name");
      String kind = item.text("kind");
      String description = item.text("description");
      long units = item.count("unitsPerMessage");
      item.end();
      capabilities.add(
          item.valid("name", () -> new CapabilityInfo(name, kind, description, units)));
    }
    checkNames(capabilities);
    Price price = Parts.price(fields, asset);
    boolean lease = fields.bool("lease");
    fields.end();
    return new ListingDraft(
        seller,
        sequence,
        validUntil,
        endpoint,
        receiptKey,
        region,
        resources,
        workloadTypes,
        capabilities,
        price,
        lease);
  }

  private static void checkNames(List<CapabilityInfo> capabilities) {
    Set<String> names = new HashSet<>();
    for (CapabilityInfo capability : capabilities) {
      if (!names.add(capability.name())) {
        throw CanonicalJson.invalid(
            "member capabilities.name is there twice: " + capability.name(), null);
      }
    }
  }
}
