package io.edgebeat.core.settle;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Terms;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.Proof;
import java.util.Optional;

/** What both sides have agreed to: listing, terms, agreement, signatures. */
final class AgreementChecks {
  private AgreementChecks() {}

  static void run(ProofView view, Findings findings) {
    Proof p = view.proof();
    Agreement a = p.agreement();
    findings.check(
        "agreement-id",
        "the agreement's id is the digest of its fields on chain "
            + p.domain().chainId()
            + ", contract "
            + p.domain().verifyingContract(),
        () -> {
          AgreementId computed = a.id(p.domain());
          return problem(!computed.equals(p.id()), "the digest is " + computed + ", not " + p.id());
        });
    findings.check(
        "terms-hash",
        "the agreement is about these terms",
        () -> {
          Bytes32 computed = Documents.termsHash(p.terms());
          return problem(
              !computed.equals(a.termsHash()),
              "the terms' hash is " + computed + ", the agreement says " + a.termsHash());
        });
    signed(view, findings, "buyer", a.buyer(), p.buyerSignature());
    signed(view, findings, "seller", a.seller(), p.sellerSignature());
    Terms terms = p.terms();
    findings.check(
        "seller",
        "the terms are about a listing of the agreement's seller",
        () ->
            problem(
                !terms.listing().seller().equals(a.seller()),
                "the listing is of " + terms.listing().seller() + ", the seller is " + a.seller()));
    if (p.listing().isEmpty()) {
      findings.unknown(
          "listing-hash",
          "the terms are about the listing that the seller has advertised",
          "the listing is not in the proof; its hash is " + terms.listing().contentHash());
      return;
    }
    Listing listing = p.listing().get();
    findings.check(
        "listing-hash",
        "the terms are about the listing that the seller has advertised",
        () ->
            problem(
                !listing.id().equals(terms.listing()),
                "the listing is " + listing.id() + ", the terms say " + terms.listing()));
    findings.check(
        "listing-fits",
        "listing and terms name the same receipt key and sequence",
        () ->
            problem(
                    !listing.receiptKey().equals(terms.receiptKey()),
                    "receipt key "
                        + listing.receiptKey()
                        + " in the listing, "
                        + terms.receiptKey()
                        + " in the terms")
                .or(
                    () ->
                        problem(
                            listing.sequence() != terms.listingSequence(),
                            "sequence "
                                + listing.sequence()
                                + " in the listing, "
                                + terms.listingSequence()
                                + " in the terms")));
  }

  private static void signed(
      ProofView view, Findings findings, String who, Address signer, Optional<Signature> by) {
    String what = "the agreement is signed by the " + who + " " + signer;
    if (by.isEmpty()) {
      findings.unknown(
          who + "-signature",
          what,
          "the signature is not in the proof; a " + who + " may also have agreed on the ledger");
    } else {
      findings.check(
          who + "-signature",
          what,
          () -> view.unsigned("the agreement", signer, view.proof().agreement(), by.get()));
    }
  }

  static Optional<String> problem(boolean there, String words) {
    return there ? Optional.of(words) : Optional.empty();
  }
}
