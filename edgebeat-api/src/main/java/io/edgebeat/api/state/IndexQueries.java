package io.edgebeat.api.state;

import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.market.Page;
import io.edgebeat.api.market.PageKey;
import java.util.Optional;

/**
 * SPI: what can be asked of a {@link StateIndex}. Every answer is of whole batches, and none is the
 * truth: a picture may be behind.
 *
 * <p>A page may hold less than was asked for; only a page without {@code next} is the last one. A
 * page goes on behind the last row of the one before, whatever was written meanwhile: a row that
 * stays as it is comes exactly once, one that changes moves to the front.
 */
public interface IndexQueries {

  /**
   * Up to where the picture is.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * NOT_ALLOWED} or {@code LOCKED} when the place of the picture fails, refuses this user or is
   * held by another. After close: {@code CLOSED}.
   *
   * @return the cursor of the last batch, empty when there was none
   */
  Optional<IndexCursor> cursor();

  /**
   * One agreement.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * NOT_ALLOWED} or {@code LOCKED} when the place of the picture fails, refuses this user or is
   * held by another. After close: {@code CLOSED}.
   *
   * @param id which
   * @return its row
   */
  Optional<IndexEntry.OfAgreement> agreement(AgreementId id);

  /**
   * All agreements, newest change first, then by id, highest first.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * NOT_ALLOWED} or {@code LOCKED} when the place of the picture fails, refuses this user or is
   * held by another; {@code INVALID_ARGUMENT} for a page of less than one row and for a key that
   * this index did not make. After close: {@code CLOSED}.
   *
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfAgreement> agreements(PageKey from);

  /**
   * The payments of an agreement, by sequence.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * NOT_ALLOWED} or {@code LOCKED} when the place of the picture fails, refuses this user or is
   * held by another; {@code INVALID_ARGUMENT} for a page of less than one row and for a key that
   * this index did not make. After close: {@code CLOSED}.
   *
   * @param id which
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfPayment> payments(AgreementId id, PageKey from);

  /**
   * The invoice of one agreement.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * NOT_ALLOWED} or {@code LOCKED} when the place of the picture fails, refuses this user or is
   * held by another. After close: {@code CLOSED}.
   *
   * @param id which
   * @return its row
   */
  Optional<IndexEntry.OfInvoice> invoice(AgreementId id);

  /**
   * All invoices, newest first, then by agreement, highest first.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * NOT_ALLOWED} or {@code LOCKED} when the place of the picture fails, refuses this user or is
   * held by another; {@code INVALID_ARGUMENT} for a page of less than one row and for a key that
   * this index did not make. After close: {@code CLOSED}.
   *
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfInvoice> invoices(PageKey from);

  /**
   * All live listings, by id.
   *
   * <p>Threads: calls may overlap. Blocking: may block; an interrupt ends it with {@code
   * INTERRUPTED} or lets it finish, and stays set. Errors: {@code STORAGE_FAILED}, {@code
   * NOT_ALLOWED} or {@code LOCKED} when the place of the picture fails, refuses this user or is
   * held by another; {@code INVALID_ARGUMENT} for a page of less than one row and for a key that
   * this index did not make. After close: {@code CLOSED}.
   *
   * @param from where to begin and how many
   * @return a page
   */
  Page<IndexEntry.OfListing> listings(PageKey from);
}
