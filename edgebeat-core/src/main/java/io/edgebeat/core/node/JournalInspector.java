package io.edgebeat.core.node;

import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerDecider;
import io.edgebeat.core.agreement.BuyerPolicy;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.SellerDecider;
import io.edgebeat.core.agreement.SellerPolicy;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Folds the journal of a node that is not running. */
public final class JournalInspector {
  private JournalInspector() {}

  /** The agreements of a journal, in the order they were begun. */
  public static List<AgreementSide> sides(
      Path directory, LedgerInfo ledger, SignatureBackend signatures) {
    Protocol protocol = new Protocol(ledger, signatures);
    BuyerDecider buyers = new BuyerDecider(protocol, BuyerPolicy.DEFAULTS);
    SellerDecider sellers = new SellerDecider(protocol, SellerPolicy.DEFAULTS);
    Map<PartitionKey, AgreementSide> sides = new LinkedHashMap<>();
    Consumer<FactBatch> fold =
        batch -> {
          PartitionKey key = batch.partition();
          if (key.kind() == PartitionKey.Kind.BUYER || key.kind() == PartitionKey.Kind.SELLER) {
            Partition side =
                sides.computeIfAbsent(
                    key,
                    k ->
                        k.kind() == PartitionKey.Kind.BUYER ? buyers.create(k) : sellers.create(k));
            batch.facts().forEach(side::evolve);
          }
        };
    try (Journal journal = open(directory)) {
      journal.read(batches(fold));
    }
    return new ArrayList<>(sides.values());
  }

  /** Opens a journal that is there. */
  static Journal open(Path directory) {
    return Journal.open(
        FileDisk.existing(directory),
        JournalOptions.withNewId(new byte[JournalOptions.ID_BYTES]),
        batches(batch -> {}));
  }

  /** Reads the facts of a journal, whether they are in a snapshot or in records. */
  static JournalReplay batches(Consumer<FactBatch> fold) {
    return new JournalReplay() {
      @Override
      public void snapshot(byte[] state, long upToSequence) {
        NodeSnapshot.read(state, (key, record) -> fold.accept(NodeSnapshot.CODEC.decode(record)));
      }

      @Override
      public void record(long sequence, byte[] payload) {
        fold.accept(NodeSnapshot.CODEC.decode(payload));
      }
    };
  }

  /** Counts what the newest snapshot and the records behind it hold, by reading all there is. */
  public static final class Count implements JournalReplay {
    private final Set<PartitionKey> agreements = new HashSet<>();
    private long snapshotSequence;
    private long facts;

    @Override
    public void snapshot(byte[] state, long upToSequence) {
      // An older one is read as well, and counts no more.
      snapshotSequence = upToSequence;
      facts = 0;
      NodeSnapshot.read(state, (key, record) -> add(NodeSnapshot.CODEC.decode(record)));
    }

    @Override
    public void record(long sequence, byte[] payload) {
      FactBatch batch = NodeSnapshot.CODEC.decode(payload);
      if (sequence > snapshotSequence) {
        add(batch);
      }
    }

    private void add(FactBatch batch) {
      PartitionKey key = batch.partition();
      if (key.kind() == PartitionKey.Kind.BUYER || key.kind() == PartitionKey.Kind.SELLER) {
        agreements.add(key);
      }
      facts += batch.facts().size();
    }

    /** How many agreements there are, on either side. */
    public int agreements() {
      return agreements.size();
    }

    /** How many facts. */
    public long facts() {
      return facts;
    }
  }

  /** Whether a side is the buyer's. */
  public static boolean isBuyer(AgreementSide side) {
    return side instanceof BuyerSide;
  }
}
