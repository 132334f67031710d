package io.edgebeat.core.market;

import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Candidate;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Counts for a {@link Tally}, by the columns wherever these leave no doubt. */
final class Census {
  private final Filter[] requirements;
  private final Set<ListingId> excluded;
  private final Consumer<Candidate> meetsAll;
  final int[] counts;

  Census(List<Filter> requirements, Set<ListingId> excluded, Consumer<Candidate> meetsAll) {
    this.requirements = requirements.toArray(Filter[]::new);
    this.excluded = excluded;
    this.meetsAll = meetsAll;
    counts = new int[this.requirements.length + 1];
  }

  void count(Chunk chunk) {
    for (int part = 0; part < chunk.parts; part++) {
      if (chunk.leaf) {
        count(chunk, part);
      } else {
        count(chunk.chunk(part));
      }
    }
  }

  /** Each bit of {@code left} is a row that has met all requirements so far. */
  private void count(Chunk chunk, int block) {
    int first = block * Chunk.BLOCK;
    int rows = Math.min(Chunk.BLOCK, chunk.size - first);
    long left = (1L << rows) - 1;
    for (int i = 0; i < rows && !excluded.isEmpty(); i++) {
      if (excluded.contains(chunk.row(first + i).id())) {
        left &= ~(1L << i);
        counts[requirements.length]++;
      }
    }
    for (int r = 0; r < requirements.length && left != 0; r++) {
      long met = left & requirements[r].accepted(chunk, block);
      counts[r] += Long.bitCount(left ^ met);
      left = met;
    }
    for (; left != 0; left &= left - 1) {
      meetsAll.accept(chunk.row(first + Long.numberOfTrailingZeros(left)).candidate);
    }
  }
}
