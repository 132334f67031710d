package io.edgebeat.core.document;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import java.time.Instant;

/** What a ledger has told of one agreement, and where it stands there. */
final class LedgerPart {
  private static final Asset EDG = Asset.EDG;

  private LedgerPart() {}

  static Json write(LedgerEntry entry) {
    if (!(entry.event() instanceof LedgerEvent.OfAgreement event)) {
      throw CanonicalJson.invalid("member ledger has an event of no agreement: " + entry, null);
    }
    return new Json.Obj()
        .count("block", entry.block())
        .put("blockHash", entry.blockHash())
        .count("index", entry.index())
        .put("time", Parts.seconds("time", entry.time()))
        .put("finality", entry.finality().name())
        .put("event", event(event));
  }

  private static Json.Obj event(LedgerEvent.OfAgreement event) {
    Json.Obj object = new Json.Obj().put("kind", event.getClass().getSimpleName());
    return switch (event) {
      case LedgerEvent.OfferRecorded e -> object.put("sender", e.sender());
      case LedgerEvent.OfferAccepted e ->
          object.put("agreement", AgreementPart.write(e.agreement()));
      case LedgerEvent.FeeDeposited e -> object.put("fee", amount("fee", e.fee()));
      case LedgerEvent.FeeReclaimed e -> object.put("fee", amount("fee", e.fee()));
      case LedgerEvent.Opened e -> object.put("agreement", AgreementPart.write(e.agreement()));
      case LedgerEvent.ToppedUp e ->
          object
              .put("from", e.from())
              .put("amount", amount("amount", e.amount()))
              .put("topUps", amount("topUps", e.topUps()));
      case LedgerEvent.Claimed e ->
          object
              .put("amount", amount("amount", e.amount()))
              .put("claimed", amount("claimed", e.claimed()));
      case LedgerEvent.CloseRequested e ->
          object.put("deadline", Parts.seconds("deadline", e.deadline()));
      case LedgerEvent.TerminationStated e ->
          object
              .put("party", e.party())
              .put("cumulative", amount("cumulative", e.cumulative()))
              .put("invoiceHash", e.invoiceHash());
      case LedgerEvent.Closed e ->
          object
              .put("buyer", e.buyer())
              .put("seller", e.seller())
              .put("paid", amount("paid", e.paid()))
              .put("refunded", amount("refunded", e.refunded()))
              .put("fee", amount("fee", e.fee()))
              .put("invoiceHash", e.invoiceHash());
      case LedgerEvent.Cancelled e -> object.put("by", e.by());
    };
  }

  private static Json amount(String name, Amount amount) {
    return Parts.amount(name, amount, EDG);
  }

  static LedgerEntry read(Fields fields, AgreementId id) {
    long block = fields.count("block");
    Bytes32 blockHash = fields.bytes32("blockHash");
    int index = fields.smallCount("index");
    Instant time = Parts.seconds(fields, "time");
    Finality finality = fields.constant("finality", Finality.class);
    Fields event = fields.object("event");
    LedgerEvent read = event(event, id);
    event.end();
    return new LedgerEntry(block, blockHash, index, time, finality, false, read);
  }

  private static LedgerEvent event(Fields f, AgreementId id) {
    String kind = f.text("kind");
    return switch (kind) {
      case "OfferRecorded" -> new LedgerEvent.OfferRecorded(id, f.address("sender"));
      case "OfferAccepted" -> new LedgerEvent.OfferAccepted(id, AgreementPart.read(f));
      case "FeeDeposited" -> new LedgerEvent.FeeDeposited(id, f.amount("fee", EDG));
      case "FeeReclaimed" -> new LedgerEvent.FeeReclaimed(id, f.amount("fee", EDG));
      case "Opened" -> new LedgerEvent.Opened(id, AgreementPart.read(f));
      case "ToppedUp" ->
          new LedgerEvent.ToppedUp(
              id, f.address("from"), f.amount("amount", EDG), f.amount("topUps", EDG));
      case "Claimed" ->
          new LedgerEvent.Claimed(id, f.amount("amount", EDG), f.amount("claimed", EDG));
      case "CloseRequested" -> new LedgerEvent.CloseRequested(id, Parts.seconds(f, "deadline"));
      case "TerminationStated" ->
          new LedgerEvent.TerminationStated(
              id, f.address("party"), f.amount("cumulative", EDG), f.bytes32("invoiceHash"));
      case "Closed" ->
          new LedgerEvent.Closed(
              id,
              f.address("buyer"),
              f.address("seller"),
              f.amount("paid", EDG),
              f.amount("refunded", EDG),
              f.amount("fee", EDG),
              f.bytes32("invoiceHash"));
      case "Cancelled" -> new LedgerEvent.Cancelled(id, f.address("by"));
      default -> throw f.unknown("kind", kind);
    };
  }
}
