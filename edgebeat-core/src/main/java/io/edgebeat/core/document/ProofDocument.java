package io.edgebeat.core.document;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.TaskOrder;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The document of a proof. Listing, terms and invoice are in it as they are alone, so that their
 * hashes can be computed; what is signed is there member by member, but for the agreement's id,
 * which is there once.
 */
final class ProofDocument {
  private static final String TYPE = "proof";
  private static final long VERSION = 1;
  private static final Asset EDG = Asset.EDG;

  private ProofDocument() {}

  static Json.Obj write(Proof p) {
    Json.Obj document =
        new Json.Obj()
            .put("type", TYPE)
            .put("version", VERSION)
            .put("domain", Parts.domain(p.domain()))
            .put("side", p.side().name())
            .put("restored", p.restored())
            .put("agreementId", p.id())
            .put("agreement", AgreementPart.write(p.agreement()))
            .put("terms", TermsDocument.write(p.terms()))
            .put("orders", list(p.orders(), ProofDocument::order))
            .put("vouchers", list(p.vouchers(), ProofDocument::voucher))
            .put("receipts", list(p.receipts(), ProofDocument::receipt))
            .put("reports", list(p.reports(), ProofDocument::report))
            .put("outcomes", list(p.outcomes(), ProofDocument::outcome))
            .put("remarks", list(p.remarks(), Json.Text::new))
            .put("ledger", list(p.ledger(), LedgerPart::write));
    p.buyerSignature().ifPresent(s -> document.put("buyerSignature", s));
    p.sellerSignature().ifPresent(s -> document.put("sellerSignature", s));
    p.listing().ifPresent(l -> document.put("listing", ListingDocument.write(ListingDraft.of(l))));
    p.acknowledged()
        .ifPresent(
            a ->
                document.put(
                    "acknowledged",
                    new Json.Obj().count("ticks", a.delivered()).put("preimage", a.preimage())));
    p.proposed().ifPresent(s -> document.put("proposed", settlement(s)));
    p.settlement()
        .ifPresent(
            s ->
                document.put(
                    "settlement", settlement(s.message()).put("signature", s.signature())));
    p.invoice().ifPresent(i -> document.put("invoice", InvoiceDocument.write(i)));
    return document;
  }

  static Proof read(byte[] bytes, int maxBytes) {
    Fields fields = Fields.document(bytes, maxBytes, TYPE, VERSION);
    SigningDomain domain = Parts.domain(fields);
    Proof.Side side = fields.constant("side", Proof.Side.class);
    boolean restored = fields.bool("restored");
    AgreementId id = new AgreementId(fields.bytes32("agreementId"));
    Agreement agreement = AgreementPart.read(fields);
    Optional<Signature> buyerSignature = fields.optionalSignature("buyerSignature");
    Optional<Signature> sellerSignature = fields.optionalSignature("sellerSignature");
    Optional<Listing> listing =
        optional(fields, "listing", f -> ListingDocument.read(f).toListing());
    Terms terms = TermsDocument.read(fields);
    List<Signed<TaskOrder>> orders = list(fields, "orders", f -> order(f, id));
    List<VoucherClaim> vouchers = list(fields, "vouchers", f -> voucher(f, id));
    List<Signed<Receipt>> receipts = list(fields, "receipts", f -> receipt(f, id));
    List<PeerMessage.UsageReport> reports = list(fields, "reports", ProofDocument::report);
    Optional<PeerMessage.Ack> acknowledged =
        optional(fields, "acknowledged", ProofDocument::acknowledged);
    List<PeerMessage.TaskEnded> outcomes = list(fields, "outcomes", ProofDocument::outcome);
    Optional<Settlement> proposed =
        optional(fields, "proposed", f -> closed(f.object("proposed"), s -> settlement(s, id)));
    Optional<Signed<Settlement>> settlement =
        optional(
            fields,
            "settlement",
            f ->
                closed(
                    f.object("settlement"),
                    s -> new Signed<>(settlement(s, id), s.signature("signature"))));
    Optional<Invoice> invoice = optional(fields, "invoice", InvoiceDocument::read);
    List<String> remarks = fields.texts("remarks");
    List<LedgerEntry> ledger = list(fields, "ledger", f -> LedgerPart.read(f, id));
    fields.end();
    return new Proof(
        domain,
        side,
        restored,
        id,
        agreement,
        buyerSignature,
        sellerSignature,
        listing,
        terms,
        orders,
        vouchers,
        receipts,
        reports,
        acknowledged,
        outcomes,
        proposed,
        settlement,
        invoice,
        remarks,
        ledger);
  }

  // ---------------------------------------------------------------- tasks

  private static Json order(Signed<TaskOrder> signed) {
    TaskOrder order = signed.message();
    Workload workload = order.workload();
    Json.Obj work =
        new Json.Obj()
            .put("type", workload.type())
            .put("image", workload.image())
            .put("arguments", list(workload.arguments(), Json.Text::new));
    workload.entry().ifPresent(entry -> work.put("entry", entry));
    Json.Obj object =
        new Json.Obj()
            .count("taskNo", order.taskNo())
            .put("workload", work)
            .put("limits", Parts.limits(order.limits()))
            .put("signature", signed.signature());
    order.input().ifPresent(input -> object.put("input", input));
    return object;
  }

  private static Signed<TaskOrder> order(Fields fields, AgreementId id) {
    int taskNo = fields.smallCount("taskNo");
    Fields work = fields.object("workload");
    String type = work.text("type");
    ContentId image = work.contentId("image");
    Optional<String> entry = work.has("entry") ? Optional.of(work.text("entry")) : Optional.empty();
    List<String> arguments = work.texts("arguments");
    work.end();
    Workload workload = fields.valid("workload", () -> new Workload(type, image, entry, arguments));
    Optional<ContentId> input = fields.optionalContentId("input");
    ExecutionLimits limits = Parts.limits(fields);
    return new Signed<>(
        new TaskOrder(id, taskNo, workload, input, limits), fields.signature("signature"));
  }

  private static Json outcome(PeerMessage.TaskEnded ended) {
    return new Json.Obj()
        .count("taskNo", ended.taskNo())
        .put("outcome", OutcomePart.write(ended.outcome()))
        .count("begun", ended.begun())
        .put("usage", UsageDocument.member(ended.usage()));
  }

  private static PeerMessage.TaskEnded outcome(Fields fields) {
    return new PeerMessage.TaskEnded(
        fields.smallCount("taskNo"),
        OutcomePart.read(fields),
        fields.count("begun"),
        UsageDocument.read(fields));
  }

  private static Json report(PeerMessage.UsageReport report) {
    return new Json.Obj()
        .count("taskNo", report.taskNo())
        .count("units", report.units())
        .put("usage", UsageDocument.member(report.usage()));
  }

  private static PeerMessage.UsageReport report(Fields fields) {
    int taskNo = fields.smallCount("taskNo");
    long units = fields.count("units");
    Usage usage = UsageDocument.read(fields);
    return new PeerMessage.UsageReport(taskNo, usage, units);
  }

  // ---------------------------------------------------------------- payments

  private static Json voucher(VoucherClaim claim) {
    Voucher v = claim.voucher().message();
    Json.Obj object =
        new Json.Obj()
            .count("sequence", v.sequence())
            .put("cumulative", Parts.amount("cumulative", v.cumulative(), EDG))
            .put("tickAnchor", v.tickAnchor())
            .put("tickAmount", Parts.amount("tickAmount", v.tickAmount(), EDG))
            .count("tickCount", v.tickCount())
            .put("usageHash", v.usageHash())
            .put("signature", claim.voucher().signature());
    if (claim.ticks() > 0) {
      object.count("ticks", claim.ticks()).put("preimage", claim.preimage());
    }
    return object;
  }

  private static VoucherClaim voucher(Fields fields, AgreementId id) {
    long sequence = fields.count("sequence");
    Amount cumulative = fields.amount("cumulative", EDG);
    Bytes32 tickAnchor = fields.bytes32("tickAnchor");
    Amount tickAmount = fields.amount("tickAmount", EDG);
    int tickCount = fields.smallCount("tickCount");
    Bytes32 usageHash = fields.bytes32("usageHash");
    Voucher voucher =
        fields.valid(
            "tickCount",
            () ->
                new Voucher(
                    id, sequence, cumulative, tickAnchor, tickAmount, tickCount, usageHash));
    Signed<Voucher> signed = new Signed<>(voucher, fields.signature("signature"));
    return fields.has("ticks")
        ? new VoucherClaim(signed, fields.smallCount("ticks"), fields.bytes32("preimage"))
        : new VoucherClaim(signed, 0, Bytes32.ZERO);
  }

  private static Json receipt(Signed<Receipt> signed) {
    Receipt r = signed.message();
    return new Json.Obj()
        .count("taskNo", r.taskNo())
        .count("sequence", r.sequence())
        .put("cumulative", Parts.amount("cumulative", r.cumulative(), EDG))
        .put("ackAnchor", r.ackAnchor())
        .put("usageHash", r.usageHash())
        .put("resultHash", r.resultHash())
        .put("signature", signed.signature());
  }

  private static Signed<Receipt> receipt(Fields fields, AgreementId id) {
    Receipt receipt =
        new Receipt(
            id,
            fields.smallCount("taskNo"),
            fields.count("sequence"),
            fields.amount("cumulative", EDG),
            fields.bytes32("ackAnchor"),
            fields.bytes32("usageHash"),
            fields.bytes32("resultHash"));
    return new Signed<>(receipt, fields.signature("signature"));
  }

  private static PeerMessage.Ack acknowledged(Fields document) {
    return closed(
        document.object("acknowledged"),
        f -> new PeerMessage.Ack(f.count("ticks"), f.bytes32("preimage")));
  }

  private static Json.Obj settlement(Settlement settlement) {
    return new Json.Obj()
        .put("cumulative", Parts.amount("cumulative", settlement.cumulative(), EDG))
        .put("invoiceHash", settlement.invoiceHash());
  }

  private static Settlement settlement(Fields fields, AgreementId id) {
    return new Settlement(id, fields.amount("cumulative", EDG), fields.bytes32("invoiceHash"));
  }

  // ---------------------------------------------------------------- lists

  private static <T> Json.Arr list(List<T> values, Function<T, Json> write) {
    return new Json.Arr(values.stream().map(write).toList());
  }

  private static <T> List<T> list(Fields fields, String name, Function<Fields, T> read) {
    List<T> values = new ArrayList<>();
    for (Fields item : fields.objects(name)) {
      values.add(closed(item, read));
    }
    return values;
  }

  private static <T> T closed(Fields fields, Function<Fields, T> read) {
    T value = read.apply(fields);
    fields.end();
    return value;
  }

  private static <T> Optional<T> optional(Fields fields, String name, Function<Fields, T> read) {
    return fields.has(name) ? Optional.of(read.apply(fields)) : Optional.empty();
  }
}
