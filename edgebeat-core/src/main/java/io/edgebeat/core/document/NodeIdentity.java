package io.edgebeat.core.document;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.SigningDomain;
import java.util.Objects;

/**
 * Whose a node's journal is and which ledger its agreements are on: what somebody must know who
 * reads it while the node does not run.
 *
 * @param account the node's account
 * @param domain chain and contract that signatures are bound to
 * @param finalityDepth how many blocks make an event final
 */
public record NodeIdentity(Address account, SigningDomain domain, int finalityDepth) {
  private static final String TYPE = "node";
  private static final long VERSION = 1;

  /** Checks the components. */
  public NodeIdentity {
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(domain, "domain");
  }

  static Json.Obj write(NodeIdentity node) {
    return new Json.Obj()
        .put("type", TYPE)
        .put("version", VERSION)
        .put("account", node.account())
        .put("domain", Parts.domain(node.domain()))
        .count("finalityDepth", node.finalityDepth());
  }

  static NodeIdentity read(byte[] document) {
    Fields fields = Fields.document(document, TYPE, VERSION);
    Address account = fields.address("account");
    SigningDomain domain = Parts.domain(fields);
    int finalityDepth = fields.smallCount("finalityDepth");
    fields.end();
    return new NodeIdentity(account, domain, finalityDepth);
  }
}
