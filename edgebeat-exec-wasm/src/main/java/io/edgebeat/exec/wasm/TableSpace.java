package io.edgebeat.exec.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Counts the entries of all tables of one instance while they grow. A guest that reaches its quota
 * gets -1, everywhere at the same size. One that reaches what its host gives before that is ended:
 * it must not see an answer that another host would not give.
 */
final class TableSpace {
  /** Entries of all tables, above which none grows. */
  static final int QUOTA = 100_000;

  private final int given;
  private final int hidden;
  private int made;
  private long entries;

  /**
   * The tables of one instance.
   *
   * @param given the entries that this host gives
   * @param hidden which of its tables is the host's and does not count, or -1
   */
  TableSpace(int given, int hidden) {
    this.given = given;
    this.hidden = hidden;
  }

  /** Makes a table of the instance, of the size that it begins with. */
  TableInstance table(Table declared, int initial) {
    TableLimits limits = declared.limits();
    if (made++ != hidden) {
      entries += limits.min();
    }
    // Of its own: the runtime's limits are one record for all instances, and grow.
    return new Growing(
        new Table(declared.elementType(), new TableLimits(limits.min(), limits.max())), initial);
  }

  /** What ends a guest that wants more than its host gives. */
  static GuestEnd lacks(long wanted, int given) {
    return new GuestEnd.HostFailure(
        new EdgeBeatException(
            ErrorCode.LIMIT_EXCEEDED,
            wanted + " entries of tables are wanted; at most " + given + " are given here"));
  }

  /** Whether tables may have so many entries more. */
  private boolean take(long more) {
    if (more == 0) {
      return true;
    }
    if (entries + more > QUOTA) {
      return false;
    }
    if (entries + more > given) {
      throw lacks(entries + more, given);
    }
    entries += more;
    return true;
  }

  /** A table whose size cannot wrap around. */
  private final class Growing extends TableInstance {
    Growing(Table table, int initial) {
      super(table, initial);
    }

    @Override
    public int grow(int size, int value, @Nullable Instance instance) {
      long more = Integer.toUnsignedLong(size);
      if (size() + more > limits().max() || !take(more)) {
        return -1;
      }
      return super.grow(size, value, instance);
    }
  }
}
