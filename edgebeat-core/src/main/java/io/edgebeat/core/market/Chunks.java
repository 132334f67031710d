package io.edgebeat.core.market;

import java.util.Arrays;

/** Chunks in one order while they are changed. Used by one thread. */
final class Chunks {
  private Chunk[] chunks;
  private int count;

  Chunks(Chunk[] from) {
    chunks = Arrays.copyOf(from, from.length + 1);
    count = from.length;
  }

  /** The last chunk that begins at or before what is sought, or the first. */
  static int indexOf(Chunk[] chunks, int count, Chunk.Probe sought) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (sought.compare(chunks[middle], 0) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  void insert(Row row, Chunk.Probe place) {
    if (count == 0) {
      chunks[count++] = Chunk.of(row);
      return;
    }
    int at = indexOf(chunks, count, place);
    Chunk grown = chunks[at].with(-chunks[at].find(place) - 1, row);
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

  void replace(Row row, Chunk.Probe place) {
    int at = indexOf(chunks, count, place);
    chunks[at] = chunks[at].replaced(chunks[at].find(place), row);
  }

  void remove(Chunk.Probe place) {
    int at = indexOf(chunks, count, place);
    Chunk rest = chunks[at].without(chunks[at].find(place));
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

  Chunk[] done() {
    return Arrays.copyOf(chunks, count);
  }
}
