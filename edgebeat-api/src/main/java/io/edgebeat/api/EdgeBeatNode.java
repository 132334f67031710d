package io.edgebeat.api;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.state.IndexQueries;
import io.edgebeat.api.storage.ContentStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A handle on a running node; not for implementation. Calls may overlap. */
public interface EdgeBeatNode extends AutoCloseable {

  /**
   * The account of this node.
   *
   * @return its signer's address
   */
  Address address();

  /**
   * The buying side.
   *
   * @return the same handle at every call
   */
  Buyer buyer();

  /**
   * The selling side.
   *
   * @return the same handle at every call
   */
  Seller seller();

  /**
   * The listings this node knows.
   *
   * @return the marketplace it was built with
   */
  Marketplace marketplace();

  /**
   * The ledger as this node sees it.
   *
   * @return the ledger it was built with
   */
  Ledger ledger();

  /**
   * The content this node can reach.
   *
   * @return the content store it was built with
   */
  ContentStore content();

  /**
   * The queryable picture of this node's agreements, payments, invoices and of all listings. It
   * follows the node with a short delay, and while its database is gone it stays behind: {@link
   * #health()} says so, and nothing else of the node depends on it.
   *
   * @return the same at every call, empty when the node has none
   */
  Optional<IndexQueries> index();

  /**
   * Draws the picture anew, from journal and ledger; queries are answered from the old one until
   * the new one is complete. Returns at once; the picture is complete some time later.
   *
   * @throws io.edgebeat.api.error.EdgeBeatException {@code UNSUPPORTED} when the node has no index,
   *     {@code CLOSED}
   */
  void rebuildIndex();

  /**
   * How it is.
   *
   * @return the health now
   */
  NodeHealth health();

  /**
   * Lets an agreement be signed again that this node's files know less of than the other side or
   * the ledger, because they were restored from an old backup ({@link #health()} names it). What is
   * proved to have been paid is counted; whatever else was said since the backup is lost.
   *
   * @param agreement which
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NOT_FOUND}, {@code WRONG_STATE} when
   *     nothing shows that it was restored
   */
  void acceptRestored(AgreementId agreement);

  /**
   * The evidence this node has of an agreement, as one JSON document: listing, terms, signatures,
   * payments, receipts, results, settlement, and where the ledger has told of it. It holds no
   * secret and can be made at any time; {@code EdgeBeat.verifyProof} checks it without a network,
   * and says what is missing.
   *
   * @param agreement which
   * @return the proof bundle
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NOT_FOUND}, {@code CLOSED}, {@code
   *     CONTENT_TOO_LARGE}
   */
  byte[] proof(AgreementId agreement);

  /**
   * Follows what happens inside; the listener is called one event at a time, after the event is
   * durable, and must not block.
   *
   * @param listener is told
   * @return ends the subscription when closed
   */
  Subscription events(Consumer<NodeEvent> listener);

  /**
   * Copies the state of this node while it runs: its journal as far as it is durable, and the
   * content store in its directory. A copy that was not completed is never found under the given
   * name. {@code EdgeBeat.restore} makes a directory of it that a node can be opened with; the
   * signer's key is not in it.
   *
   * @param directory a directory that is not there yet; its parent is
   * @return what was copied
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when something is
   *     there already, {@code CLOSED}, {@code CORRUPTED} naming file and offset, {@code
   *     STORAGE_FAILED} naming the file
   */
  Backup backup(Path directory);

  /**
   * Stops taking work, stops executions, closes backends in reverse order; idempotent, bounded in
   * time. What was not settled goes on after the next start.
   */
  @Override
  void close();
}
