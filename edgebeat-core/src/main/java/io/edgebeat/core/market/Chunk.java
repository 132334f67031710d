package io.edgebeat.core.market;

/**
 * A part of the market that lies together in the order of {@link Columns#place}: rows, in blocks,
 * or smaller chunks. Has the {@link Columns} of each block or chunk, and of each row behind them,
 * in one array, for memory is slow to follow and fast to go along. Never changed; a change of the
 * market copies one chunk of rows and those that it is in, up to the root.
 */
final class Chunk {
  /** How many rows have columns in common. */
  static final int BLOCK = 8;

  /** How much a chunk has at most: few enough to copy, enough to be few. */
  private static final int MAX_ROWS = 128;

  private static final int MAX_CHUNKS = 16;

  static final Chunk EMPTY = new Chunk(true, new Object[0]);

  /** Whether there are rows in it. */
  final boolean leaf;

  /** How many rows or chunks it has. */
  final int size;

  /** How many have columns: blocks or chunks. */
  final int parts;

  /** One column after the other of the parts; then, from {@link #rows} on, of the rows. */
  final long[] columns;

  /** Where the columns of the rows begin. */
  final int rows;

  private final Object[] content;

  private Chunk(boolean leaf, Object[] content) {
    this.leaf = leaf;
    this.content = content;
    size = content.length;
    parts = leaf ? (size + BLOCK - 1) / BLOCK : size;
    rows = Columns.COUNT * parts;
    columns = new long[rows + (leaf ? Columns.COUNT * size : 0)];
  }

  long column(int column, int part) {
    return columns[column * parts + part];
  }

  Row row(int at) {
    return (Row) content[at];
  }

  Chunk chunk(int at) {
    return (Chunk) content[at];
  }

  /** With a row that is not here. */
  Chunk with(Row row) {
    Chunk root = inserted(row);
    return root.size <= root.max()
        ? root
        : spliced(
            false, EMPTY, 0, 0, root.slice(0, root.size / 2), root.slice(root.size / 2, root.size));
  }

  /** With a row in the place of the same listing's. */
  Chunk replaced(Row row) {
    int at = find(row);
    return changed(at, leaf ? row : chunk(at).replaced(row));
  }

  /** Without a row that is here. */
  Chunk without(Row row) {
    Chunk rest = removed(row);
    return rest.leaf ? rest : rest.size == 0 ? EMPTY : rest.size == 1 ? rest.chunk(0) : rest;
  }

  private int max() {
    return leaf ? MAX_ROWS : MAX_CHUNKS;
  }

  /** May be larger than allowed, by one. */
  private Chunk inserted(Row row) {
    int at = find(row);
    if (leaf) {
      return spliced(true, this, -at - 1, 0, row);
    }
    Chunk grown = chunk(at).inserted(row);
    if (grown.size <= grown.max()) {
      return changed(at, grown);
    }
    int half = grown.size / 2;
    return spliced(false, this, at, 1, grown.slice(0, half), grown.slice(half, grown.size));
  }

  private Chunk removed(Row row) {
    int at = find(row);
    if (leaf) {
      return spliced(true, this, at, 1);
    }
    Chunk rest = chunk(at).removed(row);
    if (rest.size == 0) {
      return spliced(false, this, at, 1);
    }
    if (rest.size <= rest.max() / 3 && size > 1) {
      Chunk left = at > 0 ? chunk(at - 1) : rest;
      Chunk right = at > 0 ? rest : chunk(1);
      if (left.size + right.size <= rest.max() * 3 / 4) {
        Chunk joined = spliced(left.leaf, left, left.size, 0, right.content);
        return spliced(false, this, Math.max(0, at - 1), 2, joined);
      }
    }
    return changed(at, rest);
  }

  /**
   * Where a row is, else {@code -(where it would be) - 1}; or the chunk where it is or would be.
   */
  private int find(Row row) {
    long place = row.column(Columns.PLACE);
    int first = leaf ? rows + Columns.PLACE * size : Columns.PLACE * parts;
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(columns[first + middle], place);
      if (order == 0) {
        order = first(middle).comparePlace(row);
      }
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return leaf ? -low - 1 : Math.max(0, low - 1);
  }

  private Row first(int at) {
    return leaf ? row(at) : chunk(at).first(0);
  }

  private Chunk changed(int at, Object come) {
    return spliced(leaf, this, at, 1, come);
  }

  private Chunk slice(int from, int to) {
    Chunk slice = new Chunk(leaf, new Object[to - from]);
    slice.copy(this, from, 0, to - from);
    slice.sum();
    return slice;
  }

  /** A chunk with something else in the place of some of its content. */
  private static Chunk spliced(boolean leaf, Chunk from, int at, int gone, Object... come) {
    Chunk copy = new Chunk(leaf, new Object[from.size - gone + come.length]);
    copy.copy(from, 0, 0, at);
    copy.copy(from, at + gone, at + come.length, from.size - at - gone);
    for (int i = 0; i < come.length; i++) {
      copy.set(at + i, come[i]);
    }
    copy.sum();
    return copy;
  }

  /* The rest changes a chunk that nobody else has seen yet. */

  private void copy(Chunk from, int start, int to, int count) {
    System.arraycopy(from.content, start, content, to, count);
    for (int c = 0; c < Columns.COUNT; c++) {
      System.arraycopy(
          from.columns,
          from.start() + c * from.size + start,
          columns,
          start() + c * size + to,
          count);
    }
  }

  private void set(int at, Object come) {
    content[at] = come;
    for (int c = 0; c < Columns.COUNT; c++) {
      columns[start() + c * size + at] =
          come instanceof Row row ? row.column(c) : ((Chunk) come).best(c);
    }
  }

  /** Where the columns of the content begin. */
  private int start() {
    return leaf ? rows : 0;
  }

  /** Fills in the columns of the blocks. */
  private void sum() {
    for (int c = 0; leaf && c < Columns.COUNT; c++) {
      int first = rows + c * size;
      for (int part = 0; part < parts; part++) {
        int from = first + part * BLOCK;
        columns[c * parts + part] = best(c, from, Math.min(from + BLOCK, first + size));
      }
    }
  }

  /** What stands for all of a column. */
  private long best(int column) {
    return best(column, column * parts, (column + 1) * parts);
  }

  private long best(int column, int from, int to) {
    long best = columns[from];
    for (int i = from + 1; i < to; i++) {
      best =
          switch (column) {
            case Columns.CAPACITY -> Columns.larger(best, columns[i]);
            case Columns.FEATURES, Columns.REGIONS -> best | columns[i];
            default -> Math.min(best, columns[i]);
          };
    }
    return best;
  }
}
