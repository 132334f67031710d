package io.edgebeat.core.node;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.core.agreement.AgreementSide;
import java.util.List;
import java.util.Map;

/** Looks into a node that is not running at this moment: for proofs in virtual time. */
public final class Inspection {
  private Inspection() {}

  /** The agreements of a node as it has decided them, both sides, always in the same order. */
  public static List<AgreementSide> sides(EdgeBeatNode node) {
    return ((NodeImpl) node).sides(AgreementSide.class).stream().map(Map.Entry::getValue).toList();
  }
}
