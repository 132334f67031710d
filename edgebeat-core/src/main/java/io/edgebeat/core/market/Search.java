package io.edgebeat.core.market;

import io.edgebeat.api.market.Candidate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the best rows of a filter, best first: of all parts that are known and may have
 * something, the most promising is looked into next, until none promises more than was found. Most
 * of what is not wanted is seen by the numbers of the chunk that it is in. Used once, by one
 * thread.
 */
final class Search {
  private final Filter filter;
  private final Ranking ranking;
  private final int limit;
  private final @Nullable Position after;

  /** The only one, if one is wanted. */
  private @Nullable Row best;

  /** All that were found if more than one are wanted, the worst first. */
  private final @Nullable PriorityQueue<Row> found;

  /** What is worse than this is not wanted: the worst of as many as are wanted. */
  private long worstKey = Long.MAX_VALUE;

  private long worstTick = Long.MAX_VALUE;
  private long worstId = Long.MAX_VALUE;

  /** Every chunk whose parts are known, and a bit for each part that is not looked into yet. */
  private Chunk[] chunks = new Chunk[16];

  private long[] open = new long[16];

  /** The most promising open part of each. */
  private int[] next = new int[16];

  private int known;

  /** A heap of those chunks by what that part promises. */
  private long[] keys = new long[16];

  private int[] heap = new int[16];
  private int size;

  private Search(Filter filter, Ranking ranking, int limit, @Nullable Position after) {
    this.filter = filter;
    this.ranking = ranking;
    this.limit = limit;
    this.after = after;
    found = limit == 1 ? null : new PriorityQueue<>((a, b) -> ranking.compare(b, a));
  }

  /** The best in order, of those behind a position if there is one. */
  static List<Candidate> best(
      Chunk root, Filter filter, Ranking ranking, @Nullable Position after, int limit) {
    if (limit == 0) {
      return List.of();
    }
    Search search = new Search(filter, ranking, limit, after);
    search.run(root);
    return search.result();
  }

  private void run(Chunk root) {
    look(root);
    while (size > 0 && keys[0] <= worstKey) {
      int top = heap[0];
      Chunk chunk = chunks[top];
      int at = next[top];
      open[top] &= ~(1L << at);
      if (open[top] == 0) {
        size--;
        down(keys[size], heap[size]);
      } else {
        down(promise(top), top);
      }
      if (isWorse(chunk.columns, at, chunk.parts)) {
        continue;
      }
      if (chunk.leaf) {
        take(chunk, at);
      } else {
        look(chunk.chunk(at));
      }
    }
  }

  private List<Candidate> result() {
    if (found == null) {
      return best == null ? List.of() : List.of(best.candidate);
    }
    Candidate[] sorted = new Candidate[found.size()];
    for (int i = sorted.length - 1; i >= 0; i--) {
      sorted[i] = found.remove().candidate;
    }
    return Collections.unmodifiableList(Arrays.asList(sorted));
  }

  /** Notes those parts of a chunk that may have something. */
  private void look(Chunk chunk) {
    long able = filter.able(chunk.columns, 0, chunk.parts);
    for (long rest = able; rest != 0; rest &= rest - 1) {
      int at = Long.numberOfTrailingZeros(rest);
      if (filter.rejects(chunk.columns, at, chunk.parts)
          || isWorse(chunk.columns, at, chunk.parts)) {
        able &= ~(1L << at);
      }
    }
    if (able != 0) {
      note(chunk, able);
    }
  }

  /** Takes the rows of a block. */
  private void take(Chunk chunk, int block) {
    int first = block * Chunk.BLOCK;
    int count = Math.min(Chunk.BLOCK, chunk.size - first);
    long able = filter.able(chunk.columns, chunk.rows + first, count);
    for (; able != 0; able &= able - 1) {
      int row = first + Long.numberOfTrailingZeros(able);
      int at = chunk.rows + row;
      if (!filter.rejects(chunk.columns, at, chunk.size)
          && !isWorse(chunk.columns, at, chunk.size)
          && filter.accepts(chunk, row)) {
        take(chunk.row(row), chunk.columns[at + ranking.column * chunk.size]);
      }
    }
  }

  /** Whether something is known to be, or to have, nothing that is still wanted. */
  private boolean isWorse(long[] columns, int at, int step) {
    long key = columns[at + ranking.column * step];
    if (key != worstKey) {
      return key > worstKey;
    }
    if (ranking == Ranking.UNIT && !Columns.isExact(key)) {
      return false;
    }
    long tick = columns[at + Columns.TICK * step];
    if (tick != worstTick) {
      return tick > worstTick;
    }
    return Columns.isExact(tick) && columns[at + Columns.ID * step] > worstId;
  }

  private void take(Row row, long key) {
    if (after != null && !after.isBefore(row)) {
      return;
    }
    if (found == null) {
      // A smaller key needs no second look at either.
      if (best == null || key < worstKey || ranking.compare(row, best) < 0) {
        best = row;
        worst(row);
      }
      return;
    }
    found.add(row);
    if (found.size() > limit) {
      found.remove();
    }
    if (found.size() == limit) {
      worst(found.element());
    }
  }

  private void worst(Row row) {
    worstKey = row.column(ranking.column);
    worstTick = row.column(Columns.TICK);
    worstId = row.column(Columns.ID);
  }

  private void note(Chunk chunk, long able) {
    if (known == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * known);
      open = Arrays.copyOf(open, 2 * known);
      next = Arrays.copyOf(next, 2 * known);
      keys = Arrays.copyOf(keys, 2 * known);
      heap = Arrays.copyOf(heap, 2 * known);
    }
    int noted = known++;
    chunks[noted] = chunk;
    open[noted] = able;
    long key = promise(noted);
    int hole = size++;
    while (hole > 0 && isBefore(key, noted, (hole - 1) / 2)) {
      put(hole, keys[(hole - 1) / 2], heap[(hole - 1) / 2]);
      hole = (hole - 1) / 2;
    }
    put(hole, key, noted);
  }

  /** Finds the most promising open part of a chunk; returns its key. */
  private long promise(int noted) {
    Chunk chunk = chunks[noted];
    long rest = open[noted];
    int best = Long.numberOfTrailingZeros(rest);
    for (rest &= rest - 1; rest != 0; rest &= rest - 1) {
      int at = Long.numberOfTrailingZeros(rest);
      if (isBefore(chunk, at, chunk, best)) {
        best = at;
      }
    }
    next[noted] = best;
    return chunk.column(ranking.column, best);
  }

  /**
   * Puts a chunk at the top of the heap, in the place of the one there, and then where it belongs.
   */
  private void down(long key, int noted) {
    int hole = 0;
    while (2 * hole + 1 < size) {
      int child = 2 * hole + 1;
      if (child + 1 < size && isBefore(keys[child + 1], heap[child + 1], child)) {
        child++;
      }
      if (isBefore(key, noted, child)) {
        break;
      }
      put(hole, keys[child], heap[child]);
      hole = child;
    }
    put(hole, key, noted);
  }

  private boolean isBefore(long key, int noted, int other) {
    return key != keys[other]
        ? key < keys[other]
        : isBefore(chunks[noted], next[noted], chunks[heap[other]], next[heap[other]]);
  }

  /** Whether a part promises more than another: of many equal prices, too. */
  private boolean isBefore(Chunk a, int at, Chunk b, int other) {
    long key = a.column(ranking.column, at);
    long otherKey = b.column(ranking.column, other);
    if (key != otherKey) {
      return key < otherKey;
    }
    long tick = a.column(Columns.TICK, at);
    long otherTick = b.column(Columns.TICK, other);
    return tick != otherTick
        ? tick < otherTick
        : a.column(Columns.ID, at) < b.column(Columns.ID, other);
  }

  private void put(int at, long key, int noted) {
    keys[at] = key;
    heap[at] = noted;
  }
}
