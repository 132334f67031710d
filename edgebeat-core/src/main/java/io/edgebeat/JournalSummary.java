package io.edgebeat;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.core.node.JournalInspector;
import io.edgebeat.core.node.NodeFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A value: what the journal of a node that is not running says of one agreement.
 *
 * @param id the agreement
 * @param buyer true on the buyer's side, false on the seller's
 * @param work where the work ended
 * @param paid the value of everything revealed (buyer) or held (seller)
 * @param ticks how many ticks that is
 * @param invoice the invoice, once settled
 */
public record JournalSummary(
    AgreementId id,
    boolean buyer,
    String work,
    Amount paid,
    long ticks,
    Optional<Invoice> invoice) {

  /**
   * Reads the journal of a node by folding its facts, with the ledger that its directory names and
   * the best signature backend there is.
   *
   * @param nodeDirectory the directory the node was given
   * @return one summary an agreement
   * @throws io.edgebeat.api.error.EdgeBeatException {@code NOT_FOUND} when it is no node's
   *     directory, {@code LOCKED} while the node runs, {@code CORRUPTED} naming file and offset
   */
  public static List<JournalSummary> read(Path nodeDirectory) {
    return read(nodeDirectory, NodeFile.ledger(nodeDirectory), EdgeBeat.signatures());
  }

  /**
   * Reads the journal of a node by folding its facts; changes nothing.
   *
   * @param nodeDirectory the directory the node was given
   * @param ledger what the node's ledger says of itself
   * @param signatures checks signatures
   * @return one summary an agreement
   * @throws io.edgebeat.api.error.EdgeBeatException {@code LOCKED} while the node runs, {@code
   *     CORRUPTED} naming file and offset
   */
  public static List<JournalSummary> read(
      Path nodeDirectory, LedgerInfo ledger, SignatureBackend signatures) {
    return JournalInspector.sides(nodeDirectory.resolve("journal"), ledger, signatures).stream()
        .filter(side -> side.id().isPresent())
        .map(
            side ->
                new JournalSummary(
                    side.id().orElseThrow(),
                    JournalInspector.isBuyer(side),
                    side.workName(),
                    side.paid(),
                    side.ticks(),
                    side.invoice()))
        .toList();
  }
}
