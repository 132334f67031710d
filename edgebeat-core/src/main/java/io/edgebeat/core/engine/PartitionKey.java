package io.edgebeat.core.engine;

import io.edgebeat.api.market.NegotiationId;

/**
 * Names a partition: one agreement from offer to invoice, or one of the few things no agreement
 * owns. Partitions share no state and talk by events only.
 *
 * @param kind what decides for it
 * @param id the negotiation for agreements, empty for the others
 */
public record PartitionKey(Kind kind, String id) implements Comparable<PartitionKey> {
  /** What decides for a partition. */
  public enum Kind {
    /** One agreement, on the buyer's side. */
    BUYER,
    /** One agreement, on the seller's side. */
    SELLER,
    /** Funds, reservations and the order of transactions of this node's account. */
    WALLET,
    /** The resources this node has promised. */
    CAPACITY,
    /** What this node advertises. */
    LISTINGS
  }

  /** The wallet of this node. */
  public static final PartitionKey WALLET = new PartitionKey(Kind.WALLET, "");

  /** The capacity of this node. */
  public static final PartitionKey CAPACITY = new PartitionKey(Kind.CAPACITY, "");

  /** The listings of this node. */
  public static final PartitionKey LISTINGS = new PartitionKey(Kind.LISTINGS, "");

  /** The buyer's side of a negotiation. */
  public static PartitionKey buyer(NegotiationId id) {
    return new PartitionKey(Kind.BUYER, id.hex());
  }

  /** The seller's side of a negotiation. */
  public static PartitionKey seller(NegotiationId id) {
    return new PartitionKey(Kind.SELLER, id.hex());
  }

  @Override
  public int compareTo(PartitionKey other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : id.compareTo(other.id);
  }

  /** The same in every JVM: the hash of an enum is not, and a map's order follows it. */
  @Override
  public int hashCode() {
    return 31 * kind.name().hashCode() + id.hashCode();
  }

  @Override
  public String toString() {
    return id.isEmpty() ? kind.name() : kind + ":" + id;
  }
}
