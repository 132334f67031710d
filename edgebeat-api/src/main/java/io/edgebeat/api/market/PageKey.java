package io.edgebeat.api.market;

import io.edgebeat.api.identity.Blob;

/**
 * A value: where a page begins; opaque to everyone but who made it.
 *
 * @param position the maker's own bytes; empty for the beginning
 * @param limit how many items a page has at most
 */
public record PageKey(Blob position, int limit) {
  /**
   * The beginning.
   *
   * @param limit how many items a page has at most, at least 1
   * @return the key of the first page
   */
  public static PageKey first(int limit) {
    return new PageKey(Blob.EMPTY, limit);
  }
}
