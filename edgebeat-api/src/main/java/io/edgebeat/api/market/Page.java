package io.edgebeat.api.market;

import java.util.List;
import java.util.Optional;

/**
 * A value: some of the answers to a query, and where to go on.
 *
 * @param items the answers in the query's order
 * @param next the key of the next page, empty after the last
 * @param <T> what is listed
 */
public record Page<T>(List<T> items, Optional<PageKey> next) {
  /** Copies the list. */
  public Page {
    items = List.copyOf(items);
  }
}
