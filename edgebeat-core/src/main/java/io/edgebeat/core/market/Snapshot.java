package io.edgebeat.core.market;

import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole market at one moment: chunks in the order of price and id. Immutable; a change makes a
 * new one that shares all chunks but one or two.
 */
final class Snapshot {
  static final Snapshot EMPTY = new Snapshot(new Chunk[0], 0, Features.EMPTY);

  private final Chunk[] chunks;
  final int size;
  final Features features;

  private Snapshot(Chunk[] chunks, int size, Features features) {
    this.chunks = chunks;
    this.size = size;
    this.features = features;
  }

  /** The cheapest, from behind a position on; stops at the last one that is wanted. */
  List<Candidate> cheapest(Filter filter, @Nullable Position after, int limit) {
    int chunk = 0;
    int row = 0;
    if (after != null && chunks.length > 0) {
      chunk = chunkOf(after);
      int found = chunks[chunk].find(after);
      row = found >= 0 ? found + 1 : -found - 1;
    }
    Candidate[] best = new Candidate[Math.min(limit, Math.min(size, 16))];
    int count = 0;
    for (; count < limit && chunk < chunks.length; chunk++, row = 0) {
      Chunk here = chunks[chunk];
      if (filter.isAfterMax(here)) {
        break;
      }
      if (!filter.mayAccept(here)) {
        continue;
      }
      for (; row < here.size; row++) {
        if (filter.accepts(here, row)) {
          if (count == best.length) {
            best = Arrays.copyOf(best, Math.min(limit, 2 * count));
          }
          best[count++] = here.candidates[row];
          if (count == limit) {
            break;
          }
        }
      }
    }
    return list(best, count);
  }

  /**
   * The best by another ranking. Looks through all chunks but those whose best is no better than
   * the worst that was found before: after the first few these are nearly all.
   */
  List<Candidate> best(Filter filter, Ranking ranking, int limit) {
    Best best = new Best(ranking, Math.min(limit, size));
    for (int c = 0; c < chunks.length && limit > 0; c++) {
      Chunk here = chunks[c];
      if (filter.isAfterMax(here)) {
        break;
      }
      if (!best.mayWant(here.bestKey(ranking)) || !filter.mayAccept(here)) {
        continue;
      }
      for (int row = 0; row < here.size; row++) {
        long key = here.key(ranking, row);
        if (best.mayWant(key) && filter.accepts(here, row)) {
          best.offer(key, (long) c << 32 | row);
        }
      }
    }
    Candidate[] sorted = new Candidate[best.size];
    for (int i = sorted.length - 1; i >= 0; i--) {
      sorted[i] = candidate(best.removeWorst());
    }
    return list(sorted, sorted.length);
  }

  /** A place is a chunk and a row. */
  private Candidate candidate(long place) {
    return chunks[(int) (place >>> 32)].candidates[(int) place];
  }

  private static List<Candidate> list(Candidate[] best, int count) {
    return Collections.unmodifiableList(
        Arrays.asList(count == best.length ? best : Arrays.copyOf(best, count)));
  }

  Editor edit() {
    return new Editor(this);
  }

  private int chunkOf(Position position) {
    return chunkOf(chunks, chunks.length, position);
  }

  /** The last chunk that begins at or before a position, or the first. */
  private static int chunkOf(Chunk[] chunks, int count, Position position) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunks[middle].compare(0, position) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Collects changes and makes one snapshot of them. Used by one thread. */
  static final class Editor {
    private Chunk[] chunks;
    private int count;
    private int size;
    private Features features;

    private Editor(Snapshot from) {
      chunks = Arrays.copyOf(from.chunks, from.chunks.length + 1);
      count = from.chunks.length;
      size = from.size;
      features = from.features;
    }

    void insert(Row row) {
      size++;
      if (count == 0) {
        chunks[count++] = Chunk.of(row);
        return;
      }
      int at = chunkOf(chunks, count, row.position());
      Chunk chunk = chunks[at];
      Chunk grown = chunk.with(-chunk.find(row.position()) - 1, row);
      if (grown.size <= Chunk.MAX) {
        chunks[at] = grown;
        return;
      }
      if (count == chunks.length) {
        chunks = Arrays.copyOf(chunks, count + 1 + count / 2);
      }
      System.arraycopy(chunks, at + 1, chunks, at + 2, count - at - 1);
      chunks[at] = grown.slice(0, grown.size / 2);
      chunks[at + 1] = grown.slice(grown.size / 2, grown.size);
      count++;
    }

    void replace(Row row) {
      int at = chunkOf(chunks, count, row.position());
      chunks[at] = chunks[at].replaced(chunks[at].find(row.position()), row);
    }

    void remove(Position position) {
      size--;
      int at = chunkOf(chunks, count, position);
      Chunk rest = chunks[at].without(chunks[at].find(position));
      if (rest.size == 0) {
        drop(at);
        return;
      }
      chunks[at] = rest;
      if (rest.size < Chunk.MAX / 4
          && at + 1 < count
          && rest.size + chunks[at + 1].size <= Chunk.MAX / 2) {
        chunks[at] = rest.join(chunks[at + 1]);
        drop(at + 1);
      }
    }

    private void drop(int at) {
      System.arraycopy(chunks, at + 1, chunks, at, count - at - 1);
      count--;
    }

    /** Gives the names of a listing their bits. */
    void learn(Listing listing) {
      features = features.with(listing);
    }

    long mask(Listing listing) {
      return features.mask(listing);
    }

    Snapshot done() {
      return new Snapshot(Arrays.copyOf(chunks, count), size, features);
    }
  }

  /** The best by key, the first of equals: a heap of bounded size with the worst on top. */
  private final class Best {
    private final Ranking ranking;
    private final int capacity;
    private long[] keys;
    private long[] places;
    private int size;

    Best(Ranking ranking, int capacity) {
      this.ranking = ranking;
      this.capacity = capacity;
      keys = new long[Math.min(capacity, 16)];
      places = new long[keys.length];
    }

    /** Whether something of this key can be better than the worst. */
    boolean mayWant(long key) {
      return size < capacity || key < keys[0] || (ranking == Ranking.UNIT_PRICE && key == keys[0]);
    }

    void offer(long key, long place) {
      if (size == capacity) {
        if (worse(key, place, 0)) {
          return;
        }
        removeWorst();
      } else if (size == keys.length) {
        int length = Math.min(capacity, 2 * size);
        keys = Arrays.copyOf(keys, length);
        places = Arrays.copyOf(places, length);
      }
      int at = size++;
      while (at > 0 && worse(key, place, (at - 1) / 2)) {
        move((at - 1) / 2, at);
        at = (at - 1) / 2;
      }
      keys[at] = key;
      places[at] = place;
    }

    long removeWorst() {
      long worst = places[0];
      size--;
      long key = keys[size];
      long place = places[size];
      int at = 0;
      while (2 * at + 1 < size) {
        int child = 2 * at + 1;
        if (child + 1 < size && worse(keys[child + 1], places[child + 1], child)) {
          child++;
        }
        if (worse(key, place, child)) {
          break;
        }
        move(child, at);
        at = child;
      }
      keys[at] = key;
      places[at] = place;
      return worst;
    }

    /** Places are in the order of price and id, which breaks ties. */
    private boolean worse(long key, long place, int than) {
      if (key != keys[than]) {
        return key > keys[than];
      }
      int exactly =
          ranking == Ranking.UNIT_PRICE
              ? UnitPrices.BY_UNIT.compare(
                  candidate(place).listing().price(), candidate(places[than]).listing().price())
              : 0;
      return exactly != 0 ? exactly > 0 : place > places[than];
    }

    private void move(int from, int to) {
      keys[to] = keys[from];
      places[to] = places[from];
    }
  }
}
