package io.edgebeat.core.document;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Usage;

/**
 * Writes and reads the versioned documents of the market. A document has one spelling (see
 * docs/adr/0020-canonical-json.md), so that both sides compute the same hash from the same values,
 * and the hash of a document is also the hash in its content id.
 *
 * <p>Writing throws {@link EdgeBeatException} {@code INVALID_ARGUMENT} naming a member that the
 * form cannot hold exactly, and {@code CONTENT_TOO_LARGE} above {@link #MAX_BYTES}. Reading is
 * strict: {@code UNKNOWN_VERSION} for a version of a later release, {@code CONTENT_TOO_LARGE}, and
 * {@code INVALID_ARGUMENT} naming the member for everything else that is not exactly what writing
 * gives.
 */
public final class Documents {
  /** The most bytes a document has: one raw block of a content store. */
  public static final int MAX_BYTES = CanonicalJson.MAX_BYTES;

  /** The most bytes a proof has. */
  public static final int MAX_PROOF_BYTES = CanonicalJson.MOST_BYTES;

  private static final String URI_SCHEME = "ipfs://";

  private Documents() {}

  /**
   * Writes a listing.
   *
   * @param draft everything but its hash
   * @return the document
   */
  public static byte[] listing(ListingDraft draft) {
    return CanonicalJson.write(ListingDocument.write(draft));
  }

  /**
   * Writes a listing again.
   *
   * @param listing the listing
   * @return the document it was read from
   * @throws EdgeBeatException {@code CONTENT_MISMATCH} when its id is not the hash of its document
   */
  public static byte[] listing(Listing listing) {
    byte[] document = listing(ListingDraft.of(listing));
    if (!hash(document).equals(listing.id().contentHash())) {
      throw new EdgeBeatException(
          ErrorCode.CONTENT_MISMATCH,
          "listing " + listing.id() + " has a document with hash " + hash(document));
    }
    return document;
  }

  /**
   * Reads a listing.
   *
   * @param document the bytes
   * @return the listing, its id computed from the bytes
   */
  public static Listing readListing(byte[] document) {
    ListingDraft draft = ListingDocument.read(document);
    CanonicalJson.check(document, listing(draft));
    return draft.toListing(document);
  }

  /**
   * Reads a listing of one seller.
   *
   * @param document the bytes
   * @param seller whose it must be
   * @return the listing, its id computed from the bytes
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} also when it is another seller's
   */
  public static Listing readListing(byte[] document, Address seller) {
    Listing listing = readListing(document);
    if (!listing.seller().equals(seller)) {
      throw CanonicalJson.invalid("member seller is " + listing.seller() + ", not " + seller, null);
    }
    return listing;
  }

  /**
   * Reads the listing that a ledger's record announces. The document's sequence is the seller's own
   * and not the ledger's counter, which a seller could only guess.
   *
   * @param document the bytes
   * @param record what the ledger says of it
   * @return the listing
   * @throws EdgeBeatException {@code CONTENT_MISMATCH} when the bytes do not have the record's
   *     hash; {@code INVALID_ARGUMENT} also when seller or time are not the record's
   */
  public static Listing readListing(byte[] document, ListingRecord record) {
    if (!hash(document).equals(record.id().contentHash())) {
      throw new EdgeBeatException(
          ErrorCode.CONTENT_MISMATCH,
          "listing " + record.id() + " was announced, the document has hash " + hash(document));
    }
    Listing listing = readListing(document, record.id().seller());
    if (!listing.validUntil().equals(record.validUntil())) {
      throw CanonicalJson.invalid(
          "member validUntil is " + listing.validUntil() + ", announced was " + record.validUntil(),
          null);
    }
    return listing;
  }

  /**
   * Writes terms.
   *
   * @param terms the terms
   * @return the document
   */
  public static byte[] terms(Terms terms) {
    return CanonicalJson.write(TermsDocument.write(terms));
  }

  /**
   * Reads terms.
   *
   * @param document the bytes
   * @return the terms
   */
  public static Terms readTerms(byte[] document) {
    Terms terms = TermsDocument.read(document);
    CanonicalJson.check(document, terms(terms));
    return terms;
  }

  /**
   * The {@code termsHash} of an agreement.
   *
   * @param terms the terms
   * @return the hash of their document
   */
  public static Bytes32 termsHash(Terms terms) {
    return hash(terms(terms));
  }

  /**
   * Writes an invoice.
   *
   * @param invoice the invoice
   * @return the document
   */
  public static byte[] invoice(Invoice invoice) {
    return CanonicalJson.write(InvoiceDocument.write(invoice));
  }

  /**
   * Reads an invoice.
   *
   * @param document the bytes
   * @return the invoice
   */
  public static Invoice readInvoice(byte[] document) {
    Invoice invoice = InvoiceDocument.read(document);
    CanonicalJson.check(document, invoice(invoice));
    return invoice;
  }

  /**
   * The {@code invoiceHash} of a settlement.
   *
   * @param invoice the invoice
   * @return the hash of its document
   */
  public static Bytes32 invoiceHash(Invoice invoice) {
    return hash(invoice(invoice));
  }

  /**
   * Writes a proof.
   *
   * @param proof the proof
   * @return the document, of at most {@link #MAX_PROOF_BYTES}
   */
  public static byte[] proof(Proof proof) {
    return CanonicalJson.write(ProofDocument.write(proof), MAX_PROOF_BYTES);
  }

  /**
   * Reads a proof; what it says is not checked.
   *
   * @param document the bytes
   * @return the proof
   */
  public static Proof readProof(byte[] document) {
    Proof proof = ProofDocument.read(document, MAX_PROOF_BYTES);
    CanonicalJson.check(document, proof(proof));
    return proof;
  }

  /**
   * Writes whose a journal is.
   *
   * @param node the node
   * @return the document
   */
  public static byte[] node(NodeIdentity node) {
    return CanonicalJson.write(NodeIdentity.write(node));
  }

  /**
   * Reads whose a journal is.
   *
   * @param document the bytes
   * @return the node
   */
  public static NodeIdentity readNode(byte[] document) {
    NodeIdentity node = NodeIdentity.read(document);
    CanonicalJson.check(document, node(node));
    return node;
  }

  /**
   * The {@code usageHash} of receipts and vouchers.
   *
   * @param taskNo the task
   * @param units units of the tick counted so far in it
   * @param usage what it has used so far
   * @return the hash of the canonical document of the three
   */
  public static Bytes32 usageHash(int taskNo, long units, Usage usage) {
    return hash(CanonicalJson.write(UsageDocument.write(taskNo, units, usage)));
  }

  /**
   * The hash of a document.
   *
   * @param document the bytes
   * @return their sha2-256
   */
  public static Bytes32 hash(byte[] document) {
    return ContentId.sha256(document);
  }

  /**
   * The content id of a document, which holds its {@link #hash}.
   *
   * @param document the bytes
   * @return what {@code ipfs add --cid-version=1} prints
   */
  public static ContentId id(byte[] document) {
    return ContentId.ofRaw(document);
  }

  /**
   * Where a ledger's record says that a document is.
   *
   * @param id the document
   * @return {@code ipfs://} and the id
   */
  public static String uri(ContentId id) {
    return URI_SCHEME + id;
  }

  /**
   * Reads what {@link #uri} wrote.
   *
   * @param uri the text
   * @return the id
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the text when it is anything else
   */
  public static ContentId readUri(String uri) {
    if (!uri.startsWith(URI_SCHEME)) {
      throw CanonicalJson.invalid(
          "a document is found under ipfs:// and a content id, not \"" + uri + "\"", null);
    }
    return ContentId.parse(uri.substring(URI_SCHEME.length()));
  }
}
