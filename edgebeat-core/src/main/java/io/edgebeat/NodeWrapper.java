package io.edgebeat;

/**
 * Puts something of its own around the parts of a node: to watch them, to count, or to fail at a
 * moment of its choice. It is asked about the signer, the ledger, the content store, the transport,
 * the marketplace and each executor, by their interfaces, and about parts that are this library's
 * own.
 */
@FunctionalInterface
public interface NodeWrapper {

  /**
   * Is handed a part before the node uses it.
   *
   * @param kind its interface
   * @param part the part
   * @param <T> its type
   * @return what the node uses in its place: the part itself where nothing is to be around it
   */
  <T> T around(Class<T> kind, T part);
}
