package io.edgebeat.core.market;

import io.edgebeat.api.market.Candidate;
import io.edgebeat.api.market.Listing;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole market at one moment, in the order of the price of a tick and in that of the price of a
 * unit. Immutable; a change makes a new one that shares all chunks but one or two of each order.
 */
final class Snapshot {
  static final Snapshot EMPTY = new Snapshot(new Chunk[0], new Chunk[0], 0, Features.EMPTY);

  private final Chunk[] byTick;
  private final Chunk[] byUnit;
  final int size;
  final Features features;

  private Snapshot(Chunk[] byTick, Chunk[] byUnit, int size, Features features) {
    this.byTick = byTick;
    this.byUnit = byUnit;
    this.size = size;
    this.features = features;
  }

  /** The cheapest ticks, from behind a position on; stops at the last one that is wanted. */
  List<Candidate> cheapest(Filter filter, @Nullable Position after, int limit) {
    if (after == null || byTick.length == 0) {
      return first(byTick, filter, 0, 0, true, limit);
    }
    Chunk.Probe sought = (chunk, at) -> chunk.compare(at, after);
    int chunk = Chunks.indexOf(byTick, byTick.length, sought);
    int found = byTick[chunk].find(sought);
    return first(byTick, filter, chunk, found >= 0 ? found + 1 : -found - 1, true, limit);
  }

  /** The cheapest units; stops at the last one that is wanted. */
  List<Candidate> cheapestUnits(Filter filter, int limit) {
    return first(byUnit, filter, 0, 0, false, limit);
  }

  private static List<Candidate> first(
      Chunk[] chunks, Filter filter, int chunk, int row, boolean byTick, int limit) {
    Candidate[] first = new Candidate[Math.min(limit, 16)];
    int count = 0;
    int from = row;
    for (int c = chunk; c < chunks.length && count < limit; c++, from = 0) {
      Chunk here = chunks[c];
      if (byTick && filter.isAfterMax(here)) {
        break;
      }
      if (!filter.mayAccept(here)) {
        continue;
      }
      for (int i = from; i < here.size && count < limit; i++) {
        if (filter.accepts(here, i)) {
          if (count == first.length) {
            first = Arrays.copyOf(first, Math.min(limit, 2 * count));
          }
          first[count++] = here.candidates[i];
        }
      }
    }
    return list(first, count);
  }

  /**
   * The best by a ranking. Looks through all chunks but those whose best is no better than the
   * worst that was found before: after the first few these are nearly all.
   */
  List<Candidate> best(Filter filter, Ranking ranking, int limit) {
    Best best = new Best(Math.min(limit, size));
    for (int c = 0; c < byTick.length && limit > 0; c++) {
      Chunk here = byTick[c];
      if (filter.isAfterMax(here)) {
        break;
      }
      if (!best.wants(here.bestKey(ranking)) || !filter.mayAccept(here)) {
        continue;
      }
      for (int row = 0; row < here.size; row++) {
        long key = here.key(ranking, row);
        if (best.wants(key) && filter.accepts(here, row)) {
          best.add(key, ((long) c << 32) | row);
        }
      }
    }
    Candidate[] sorted = new Candidate[best.size];
    for (int i = sorted.length - 1; i >= 0; i--) {
      long place = best.removeWorst();
      sorted[i] = byTick[(int) (place >>> 32)].candidates[(int) place];
    }
    return list(sorted, sorted.length);
  }

  private static List<Candidate> list(Candidate[] best, int count) {
    return Collections.unmodifiableList(
        Arrays.asList(count == best.length ? best : Arrays.copyOf(best, count)));
  }

  Editor edit() {
    return new Editor(this);
  }

  /** Collects changes and makes one snapshot of them. Used by one thread. */
  static final class Editor {
    private final Chunks byTick;
    private final Chunks byUnit;
    private int size;
    private Features features;

    private Editor(Snapshot from) {
      byTick = new Chunks(from.byTick);
      byUnit = new Chunks(from.byUnit);
      size = from.size;
      features = from.features;
    }

    void insert(Row row) {
      size++;
      byTick.insert(row, tick(row));
      byUnit.insert(row, unit(row));
    }

    void replace(Row row) {
      byTick.replace(row, tick(row));
      byUnit.replace(row, unit(row));
    }

    void remove(Row row) {
      size--;
      byTick.remove(tick(row));
      byUnit.remove(unit(row));
    }

    /** Gives the names of a listing their bits. */
    void learn(Listing listing) {
      features = features.with(listing);
    }

    long mask(Listing listing) {
      return features.mask(listing);
    }

    Snapshot done() {
      return new Snapshot(byTick.done(), byUnit.done(), size, features);
    }

    private static Chunk.Probe tick(Row row) {
      return (chunk, at) -> chunk.compare(at, row.position());
    }

    private static Chunk.Probe unit(Row row) {
      return (chunk, at) -> chunk.compareUnit(at, row);
    }
  }

  /** The best by key, the first of equals: a heap of bounded size with the worst on top. */
  private static final class Best {
    private final int capacity;
    private long[] keys;
    private long[] places;
    private int size;

    Best(int capacity) {
      this.capacity = capacity;
      keys = new long[Math.min(capacity, 16)];
      places = new long[keys.length];
    }

    /** Whether a key is better than the worst; of equal ones the first that came is. */
    boolean wants(long key) {
      return size < capacity || key < keys[0];
    }

    void add(long key, long place) {
      if (size == capacity) {
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

    private boolean worse(long key, long place, int than) {
      return key != keys[than] ? key > keys[than] : place > places[than];
    }

    private void move(int from, int to) {
      keys[to] = keys[from];
      places[to] = places[from];
    }
  }
}
