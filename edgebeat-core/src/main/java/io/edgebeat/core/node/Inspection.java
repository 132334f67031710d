package io.edgebeat.core.node;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.journal.Recovery;
import io.edgebeat.core.wallet.CapacityState;
import io.edgebeat.core.wallet.WalletState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks into a node that is not running at this moment: for proofs in virtual time. */
public final class Inspection {
  private Inspection() {}

  /** The agreements of a node as it has decided them, both sides, always in the same order. */
  public static List<AgreementSide> sides(EdgeBeatNode node) {
    return ((NodeImpl) node).sides(AgreementSide.class).stream().map(Map.Entry::getValue).toList();
  }

  /** The journal of a node: its newest snapshot, and what came behind that. */
  public static List<FactBatch> journal(EdgeBeatNode node) {
    List<FactBatch> batches = new ArrayList<>();
    ((NodeImpl) node).journal().read(JournalInspector.batches(batches::add));
    return batches;
  }

  /** What a node has found when it opened its journal. */
  public static Recovery recovery(EdgeBeatNode node) {
    return ((NodeImpl) node).journal().recovery();
  }

  /** All partitions of a node as they are decided now. */
  public static Map<PartitionKey, Partition> partitions(EdgeBeatNode node) {
    Map<PartitionKey, Partition> all = new LinkedHashMap<>();
    ((NodeImpl) node).sides(Partition.class).forEach(e -> all.put(e.getKey(), e.getValue()));
    return all;
  }

  /** An empty state of a partition of a node. */
  public static Partition empty(EdgeBeatNode node, PartitionKey key) {
    return ((NodeImpl) node).reactor().empty(key);
  }

  /** Of how many tasks a node keeps something that was said, or that it does not know it. */
  public static int talks(EdgeBeatNode node) {
    return ((NodeImpl) node).talks().size();
  }

  /** What a node keeps for agreements: funds that it has set aside, capacity that it promises. */
  public static List<String> kept(EdgeBeatNode node) {
    List<String> kept = new ArrayList<>();
    for (Map.Entry<?, WalletState> wallet : ((NodeImpl) node).sides(WalletState.class)) {
      wallet.getValue().reservedFor().forEach(who -> kept.add("funds for " + who));
    }
    for (Map.Entry<?, CapacityState> capacity : ((NodeImpl) node).sides(CapacityState.class)) {
      capacity.getValue().takenBy().forEach(who -> kept.add("capacity for " + who));
    }
    return kept;
  }
}
