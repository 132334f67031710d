package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.document.Documents;
import io.edgebeat.core.document.Proof;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.settle.ProofCollector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the proof of one agreement out of a journal. */
public final class ProofReader {
  private ProofReader() {}

  /** The proof of an agreement whose partition is known. */
  static byte[] of(Journal journal, PartitionKey key, Protocol protocol) {
    List<Fact> facts = new ArrayList<>();
    Map<ListingId, Listing> listings = new LinkedHashMap<>();
    journal.read(
        JournalInspector.batches(
            batch -> {
              if (batch.partition().equals(key)) {
                facts.addAll(batch.facts());
              } else if (batch.partition().kind() == PartitionKey.Kind.LISTINGS) {
                advertised(batch, listings);
              }
            }));
    Proof proof =
        ProofCollector.collect(protocol, key, facts, id -> Optional.ofNullable(listings.get(id)));
    return Documents.proof(proof);
  }

  private static void advertised(FactBatch batch, Map<ListingId, Listing> listings) {
    for (Fact fact : batch.facts()) {
      if (fact instanceof Fact.ListingWanted f) {
        listings.put(f.listing().id(), f.listing());
      }
    }
  }

  /**
   * The proof of an agreement of a node that is not running.
   *
   * @param nodeDirectory the directory the node was given
   * @param id the agreement
   * @param signatures finds recovery ids
   * @return the document
   * @throws EdgeBeatException {@code NOT_FOUND} naming what is not there, {@code LOCKED} while the
   *     node runs, {@code CORRUPTED} naming file and offset
   */
  public static byte[] of(Path nodeDirectory, AgreementId id, SignatureBackend signatures) {
    LedgerInfo ledger = NodeFile.ledger(nodeDirectory);
    try (Journal journal = JournalInspector.open(nodeDirectory.resolve(NodeBackup.JOURNAL))) {
      Map<PartitionKey, AgreementId> ids = new LinkedHashMap<>();
      journal.read(JournalInspector.batches(batch -> name(batch, ids)));
      PartitionKey key =
          ids.entrySet().stream()
              .filter(e -> e.getValue().equals(id))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseThrow(
                  () ->
                      new EdgeBeatException(
                          ErrorCode.NOT_FOUND,
                          "the node of " + nodeDirectory + " knows no agreement " + id));
      return of(journal, key, new Protocol(ledger, signatures));
    }
  }

  private static void name(FactBatch batch, Map<PartitionKey, AgreementId> ids) {
    PartitionKey key = batch.partition();
    if (key.kind() == PartitionKey.Kind.BUYER || key.kind() == PartitionKey.Kind.SELLER) {
      for (Fact fact : batch.facts()) {
        named(fact).ifPresent(id -> ids.put(key, id));
      }
    }
  }

  /** Everything that was agreed to is named by one of these. */
  private static Optional<AgreementId> named(Fact fact) {
    return switch (fact) {
      case Fact.Heard(long sequence, PeerMessage.Accepted m) -> Optional.of(m.id());
      case Fact.Said(PeerMessage.Accepted m) -> Optional.of(m.id());
      case Fact.LedgerSeen f when f.entry().event() instanceof LedgerEvent.OfAgreement e ->
          Optional.of(e.id());
      default -> Optional.empty();
    };
  }
}
