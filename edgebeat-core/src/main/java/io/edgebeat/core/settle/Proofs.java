package io.edgebeat.core.settle;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.task.ProofReport;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.Proof;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks proofs offline: what was signed, and whether all of it fits together. */
public final class Proofs {
  private Proofs() {}

  /**
   * Checks a proof.
   *
   * @param document the bytes
   * @param signatures recovers signers
   * @return what was found
   * @throws io.edgebeat.api.error.EdgeBeatException when the bytes are no proof of this version
   */
  public static ProofReport verify(byte[] document, SignatureBackend signatures) {
    Proof proof = Documents.readProof(document);
    ProofView view = new ProofView(proof, signatures);
    Findings findings = new Findings();
    AgreementChecks.run(view, findings);
    WorkChecks.run(view, findings);
    PaymentChecks.run(view, findings);
    SettlementChecks.run(view, findings);
    LedgerChecks.run(view, findings);
    List<String> missing = missing(view);
    return new ProofReport(
        proof.id(),
        findings.hold(),
        findings.statements(),
        missing,
        notVouchedFor(proof),
        ProofStory.of(view, missing));
  }

  private static List<String> missing(ProofView view) {
    Proof p = view.proof();
    List<String> missing = new ArrayList<>();
    add(missing, p.listing().isEmpty(), "the listing");
    add(missing, p.buyerSignature().isEmpty(), "the buyer's signature of the agreement");
    add(missing, p.sellerSignature().isEmpty(), "the seller's signature of the agreement");
    add(missing, p.orders().isEmpty(), "a task order");
    add(missing, p.vouchers().isEmpty(), "a voucher");
    add(missing, p.receipts().isEmpty(), "a receipt");
    add(missing, p.outcomes().isEmpty(), "the end of a task");
    add(missing, p.settlement().isEmpty(), "a settlement that the buyer has signed");
    add(missing, p.invoice().isEmpty(), "the invoice");
    add(missing, view.closed().isEmpty(), "the ledger's close");
    add(missing, p.restored(), "what the journal has lost when it was restored from a backup");
    return missing;
  }

  private static void add(List<String> to, boolean so, String what) {
    if (so) {
      to.add(what);
    }
  }

  /** By the names of the members of the document. */
  private static List<String> notVouchedFor(Proof p) {
    List<String> members = new ArrayList<>(List.of("side", "restored"));
    add(members, !p.remarks().isEmpty(), "remarks");
    if (!p.outcomes().isEmpty()) {
      members.add("outcomes.begun");
      boolean settled = p.settlement().isPresent() && p.invoice().isPresent() && !p.restored();
      members.add(settled ? "outcomes.outcome, but for kind and result" : "outcomes");
    }
    Set<Object> vouched = new HashSet<>();
    p.receipts().forEach(r -> vouched.add(r.message().usageHash()));
    add(
        members,
        p.restored() || p.reports().stream().anyMatch(r -> !vouched.contains(WorkChecks.hash(r))),
        "reports that no receipt is about");
    add(members, p.settlement().isEmpty() && p.proposed().isPresent(), "proposed, invoice");
    if (!p.ledger().isEmpty()) {
      members.add("ledger.block");
      members.add("ledger.blockHash");
      members.add("ledger.index");
      members.add("ledger.time");
      members.add("ledger.finality");
      members.add("ledger.event: that the ledger has told it");
    }
    return members;
  }
}
