package io.edgebeat.core.document;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The document of an invoice. Its hash is the {@code invoiceHash} of the settlement. */
final class InvoiceDocument {
  private static final String TYPE = "invoice";
  private static final long VERSION = 1;

  private InvoiceDocument() {}

  static Json.Obj write(Invoice invoice) {
    Asset asset = invoice.deposit().asset();
    List<Json> lines = new ArrayList<>();
    for (Invoice.Line line : invoice.lines()) {
      Json.Obj item =
          new Json.Obj()
              .count("taskNo", line.taskNo())
              .put("image", line.image())
              .put("outcome", line.outcome())
              .put("usage", UsageDocument.member(line.usage()));
      line.result().ifPresent(result -> item.put("result", result));
      lines.add(item);
    }
    return Parts.document(TYPE, VERSION, asset)
        .put("agreementId", invoice.agreementId())
        .put("buyer", invoice.buyer())
        .put("seller", invoice.seller())
        .put("deposit", Parts.amount("deposit", invoice.deposit(), asset))
        .put("topUps", Parts.amount("topUps", invoice.topUps(), asset))
        .put("feeEscrowed", Parts.amount("feeEscrowed", invoice.feeEscrowed(), asset))
        .put("setup", Parts.amount("setup", invoice.setup(), asset))
        .put("tickAmount", Parts.amount("tickAmount", invoice.tickAmount(), asset))
        .count("ticks", invoice.ticks())
        .put("paid", Parts.amount("paid", invoice.paid(), asset))
        .put("fee", Parts.amount("fee", invoice.fee(), asset))
        .put("refunded", Parts.amount("refunded", invoice.refunded(), asset))
        .put("lines", new Json.Arr(lines));
  }

  static Invoice read(byte[] document) {
    return readOpened(Fields.document(document, TYPE, VERSION));
  }

  /** Reads the one inside of another document. */
  static Invoice read(Fields document) {
    return readOpened(document.document("invoice", TYPE, VERSION));
  }

  private static Invoice readOpened(Fields fields) {
    Asset asset = fields.asset("asset");
    AgreementId agreementId = new AgreementId(fields.bytes32("agreementId"));
    Address buyer = fields.address("buyer");
    Address seller = fields.address("seller");
    Amount deposit = fields.amount("deposit", asset);
    Amount topUps = fields.amount("topUps", asset);
    Amount feeEscrowed = fields.amount("feeEscrowed", asset);
    Amount setup = fields.amount("setup", asset);
    Amount tickAmount = fields.amount("tickAmount", asset);
    long ticks = fields.count("ticks");
    Amount paid = fields.amount("paid", asset);
    Amount fee = fields.amount("fee", asset);
    Amount refunded = fields.amount("refunded", asset);
    List<Invoice.Line> lines = new ArrayList<>();
    for (Fields item : fields.objects("lines")) {
      int taskNo = item.smallCount("taskNo");
      ContentId image = item.contentId("image");
      String outcome = item.text("outcome");
      Optional<ContentId> result = item.optionalContentId("result");
      Usage usage = UsageDocument.read(item);
      item.end();
      lines.add(new Invoice.Line(taskNo, image, outcome, result, usage));
    }
    fields.end();
    return new Invoice(
        agreementId,
        buyer,
        seller,
        deposit,
        topUps,
        feeEscrowed,
        setup,
        tickAmount,
        ticks,
        paid,
        fee,
        refunded,
        lines);
  }
}
