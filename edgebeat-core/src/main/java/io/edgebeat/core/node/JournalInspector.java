package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    JournalReplay fold =
        new JournalReplay() {
          @Override
          public void snapshot(byte[] state, long upToSequence) {
            throw new EdgeBeatException(
                ErrorCode.UNKNOWN_VERSION,
                directory + " begins with a snapshot, which this version does not write");
          }

          @Override
          public void record(long sequence, byte[] payload) {
            FactBatch batch = NodeImpl.CODEC.decode(payload);
            PartitionKey key = batch.partition();
            if (key.kind() == PartitionKey.Kind.BUYER || key.kind() == PartitionKey.Kind.SELLER) {
              Partition side =
                  sides.computeIfAbsent(
                      key,
                      k ->
                          k.kind() == PartitionKey.Kind.BUYER
                              ? buyers.create(k)
                              : sellers.create(k));
              batch.facts().forEach(side::evolve);
            }
          }
        };
    Journal.open(
            FileDisk.open(directory),
            JournalOptions.withNewId(new byte[JournalOptions.ID_BYTES]),
            fold)
        .close();
    return new ArrayList<>(sides.values());
  }

  /** Whether a side is the buyer's. */
  public static boolean isBuyer(AgreementSide side) {
    return side instanceof BuyerSide;
  }
}
