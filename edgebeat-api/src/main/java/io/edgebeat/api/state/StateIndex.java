package io.edgebeat.api.state;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import java.util.Optional;

/**
 * SPI: a queryable picture of journal and ledger; it can be rebuilt at any time and is never the
 * truth. Pages come in the order of the key, newest change first for agreements and invoices.
 *
 * <p>Threads: calls may overlap. Blocking: every call may block and can be interrupted. Errors:
 * {@code STORAGE_FAILED}. After close: {@code CLOSED}.
 */
public interface StateIndex extends AutoCloseable {

  /**
   * Writes rows and cursor in one step.
   *
   * @param batch the rows
   * @param cursor up to where the picture then is
   */
  void apply(IndexBatch batch, IndexCursor cursor);

  /**
   * Up to where the picture is.
   *
   * @return the cursor of the last batch, empty when there was none
   */
  Optional<IndexCursor> cursor();

  /** Forgets everything, so that it can be rebuilt. */
  void clear();

  /**
   * One agreement.
   *
   * @param id which
   * @return its row
   */
  Optional<IndexEntry.OfAgreement> agreement(AgreementId id);

  /**
   * All agreements.
   *
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfAgreement> agreements(PageKey from);

  /**
   * The payments of an agreement, by sequence.
   *
   * @param id which
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfPayment> payments(AgreementId id, PageKey from);

  /**
   * All invoices.
   *
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfInvoice> invoices(PageKey from);

  /**
   * All live listings, by id.
   *
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfListing> listings(PageKey from);

  /** Closes; idempotent. */
  @Override
  void close();
}
