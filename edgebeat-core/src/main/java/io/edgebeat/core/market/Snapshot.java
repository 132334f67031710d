package io.edgebeat.core.market;

import io.edgebeat.api.market.Listing;

/**
 * The whole market at one moment. Immutable; a change makes a new one that shares nearly all with
 * the one before.
 *
 * @param root all rows
 * @param size how many they are
 * @param features which bit stands for which name
 */
record Snapshot(Chunk root, int size, Features features) {
  static final Snapshot EMPTY = new Snapshot(Chunk.EMPTY, 0, Features.EMPTY);

  /** Gives the names of a listing their bits. */
  Snapshot learn(Listing listing) {
    return new Snapshot(root, size, features.with(listing));
  }

  Snapshot with(Row row) {
    return new Snapshot(root.with(row), size + 1, features);
  }

  Snapshot replaced(Row row) {
    return new Snapshot(root.replaced(row), size, features);
  }

  Snapshot without(Row row) {
    return new Snapshot(root.without(row), size - 1, features);
  }
}
