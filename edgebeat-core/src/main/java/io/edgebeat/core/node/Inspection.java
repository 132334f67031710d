package io.edgebeat.core.node;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.wallet.CapacityState;
import io.edgebeat.core.wallet.WalletState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks into a node that is not running at this moment: for proofs in virtual time. */
public final class Inspection {
  private Inspection() {}

  /** The agreements of a node as it has decided them, both sides, always in the same order. */
  public static List<AgreementSide> sides(EdgeBeatNode node) {
    return ((NodeImpl) node).sides(AgreementSide.class).stream().map(Map.Entry::getValue).toList();
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
