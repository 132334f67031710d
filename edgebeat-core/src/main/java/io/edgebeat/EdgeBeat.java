package io.edgebeat;

import io.edgebeat.api.Backup;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ProofReport;
import io.edgebeat.core.clock.WallClock;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.embedded.ledger.ReplayedLedger;
import io.edgebeat.core.node.NodeBackup;
import io.edgebeat.core.node.ProofReader;
import io.edgebeat.core.registry.Backends;
import io.edgebeat.core.settle.InvoiceHtml;
import io.edgebeat.core.settle.InvoiceText;
import io.edgebeat.core.settle.Proofs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Where everything begins: a node of your own, or a whole market in one JVM. */
public final class EdgeBeat {
  private EdgeBeat() {}

  /**
   * Begins a node.
   *
   * @return a builder; nothing happens before {@link NodeBuilder#open()}
   */
  public static NodeBuilder node() {
    return new NodeBuilder();
  }

  /**
   * Begins a market in this JVM: a ledger, a buyer and sellers, with nothing installed.
   *
   * @return a builder; nothing happens before {@link LocalMarketBuilder#realTime()}
   */
  public static LocalMarketBuilder local() {
    return new LocalMarketBuilder(OptionalLong.empty());
  }

  /**
   * Begins a market of virtual time, which the same seed repeats exactly.
   *
   * @param seed decides everything that is left to chance
   * @return a builder; nothing happens before {@link LocalMarketBuilder#virtualTime()}
   */
  public static LocalMarketBuilder local(long seed) {
    return new LocalMarketBuilder(OptionalLong.of(seed));
  }

  /**
   * The best signature backend on the class path that can work on this machine.
   *
   * @return the backend
   * @throws io.edgebeat.api.error.EdgeBeatException {@code BACKEND_MISSING} naming the artifact to
   *     add
   */
  public static SignatureBackend signatures() {
    return new Backends(Thread.currentThread().getContextClassLoader())
        .signatures(Optional.empty());
  }

  /**
   * The ledger that follows from a log of transactions and what it begins with: listings, vaults
   * and agreements by the same rules as on every other ledger. Whoever reads the log gets the same.
   *
   * @param log carries transactions and puts them in order; closed with the ledger
   * @param origin what everybody begins with
   * @param signer signs the account's transactions
   * @return the account's ledger; everything the log gives out is final
   */
  public static Ledger ledger(TransactionLog log, LedgerOrigin origin, Signer signer) {
    return new ReplayedLedger(log, origin, signer, signatures());
  }

  /**
   * An invoice as text for people.
   *
   * @param invoice the invoice
   * @return several lines
   */
  public static String text(Invoice invoice) {
    return InvoiceText.of(invoice);
  }

  /**
   * An invoice as a page for people: complete in itself, and readable when it is printed.
   *
   * @param invoice the invoice
   * @return HTML
   */
  public static String html(Invoice invoice) {
    return InvoiceHtml.of(invoice);
  }

  /**
   * An invoice as the document whose hash both parties sign.
   *
   * @param invoice the invoice
   * @return canonical JSON
   */
  public static byte[] json(Invoice invoice) {
    return Documents.invoice(invoice);
  }

  /**
   * Reads what {@link #json} has written, and nothing else.
   *
   * @param document the bytes
   * @return the invoice
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} naming the member,
   *     {@code UNKNOWN_VERSION}, {@code CONTENT_TOO_LARGE}
   */
  public static Invoice invoice(byte[] document) {
    return Documents.readInvoice(document);
  }

  /**
   * The proof bundle of an agreement of a node that does not run; a running node is asked itself
   * ({@code EdgeBeatNode.proof}).
   *
   * @param nodeDirectory the directory the node was given
   * @param agreement which
   * @return the bundle: one JSON document without any secret
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NOT_FOUND} when there is no such node or
   *     agreement, {@code LOCKED} while the node runs, {@code CORRUPTED} naming file and offset
   */
  public static byte[] proof(Path nodeDirectory, AgreementId agreement) {
    return ProofReader.of(nodeDirectory, agreement, signatures());
  }

  /**
   * Checks a proof bundle: every signature, hash, preimage and sum of it, with no network and no
   * ledger.
   *
   * @param bundle what {@code EdgeBeatNode.proof} or {@link #proof} has given
   * @return what holds and what does not, and the story in plain words
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} naming member or byte
   *     when it is no bundle, {@code UNKNOWN_VERSION}, {@code CONTENT_TOO_LARGE}
   */
  public static ProofReport verifyProof(byte[] bundle) {
    return Proofs.verify(bundle, signatures());
  }

  /**
   * Copies the state of a node that does not run; a running node is asked itself ({@code
   * EdgeBeatNode.backup}).
   *
   * @param nodeDirectory the directory the node was given
   * @param target a directory that is not there yet; its parent is
   * @return what was copied
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NOT_FOUND} when there is no such node,
   *     {@code LOCKED} while it runs, {@code INVALID_ARGUMENT} when the target is there already,
   *     {@code CORRUPTED} naming file and offset, {@code STORAGE_FAILED}
   */
  public static Backup backup(Path nodeDirectory, Path target) {
    return NodeBackup.of(nodeDirectory, target, WallClock.MACHINE.instant());
  }

  /**
   * Makes a directory of a backup that a node can be opened with. The node knows then that the
   * other sides and the ledger may know more than it does.
   *
   * @param backup what {@code EdgeBeatNode.backup} has made
   * @param directory where the node shall live: not there yet, or empty
   * @throws io.edgebeat.api.error.EdgeBeatException {@code INVALID_ARGUMENT} when the directory is
   *     not empty, {@code CORRUPTED} naming the file of the backup, {@code UNKNOWN_VERSION}, {@code
   *     STORAGE_FAILED}
   */
  public static void restore(Path backup, Path directory) {
    NodeBackup.restore(backup, directory);
  }

  /**
   * Checks the state of a node that is not running, or a backup: every record, every snapshot and
   * every checksum. Changes nothing.
   *
   * @param directory the directory the node was given, or a backup
   * @return what is there
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LOCKED} while the node runs, {@code
   *     CORRUPTED} naming file and offset, {@code UNKNOWN_VERSION}, {@code STORAGE_FAILED}
   */
  public static VerifiedState verify(Path directory) {
    return VerifiedState.read(directory);
  }
}
