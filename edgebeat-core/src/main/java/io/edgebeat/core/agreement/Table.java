package io.edgebeat.core.agreement;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A transition table: which event leads from which state to which. A pair that is not in the table
 * is refused with both named. Rows are listed, so that tests and documents are made from the same
 * table that runs.
 *
 * @param <S> the states
 * @param <E> the events
 */
public final class Table<S extends Enum<S>, E extends Enum<E>> {

  /**
   * One row.
   *
   * @param from the state before
   * @param event what happens
   * @param to the state after
   * @param guard what must hold besides, for people
   */
  public record Row<S, E>(S from, E event, S to, String guard) {}

  private final String name;
  private final List<Row<S, E>> rows;
  private final Map<S, Map<E, Row<S, E>>> index = new TreeMap<>();
  private final Map<Row<S, E>, LongAdder> taken = new ConcurrentHashMap<>();

  private Table(String name, List<Row<S, E>> rows) {
    this.name = name;
    this.rows = List.copyOf(rows);
    for (Row<S, E> row : rows) {
      Row<S, E> earlier = index.computeIfAbsent(row.from, s -> new TreeMap<>()).put(row.event, row);
      if (earlier != null) {
        throw new IllegalStateException(name + " has two rows for " + row.from + ", " + row.event);
      }
    }
  }

  /**
   * Starts a table.
   *
   * @param name for messages, such as {@code seller's work}
   */
  static <S extends Enum<S>, E extends Enum<E>> Builder<S, E> named(String name) {
    return new Builder<>(name);
  }

  /** Collects rows. */
  static final class Builder<S extends Enum<S>, E extends Enum<E>> {
    private final String name;
    private final List<Row<S, E>> rows = new ArrayList<>();

    private Builder(String name) {
      this.name = name;
    }

    Builder<S, E> row(S from, E event, S to, String guard) {
      rows.add(new Row<>(from, event, to, guard));
      return this;
    }

    Table<S, E> build() {
      return new Table<>(name, rows);
    }
  }

  /**
   * The row of a pair.
   *
   * @return the row, empty when the pair is not in the table
   */
  public Optional<Row<S, E>> find(S from, E event) {
    return Optional.ofNullable(index.getOrDefault(from, Map.of()).get(event));
  }

  /**
   * The state after.
   *
   * @throws EdgeBeatException {@code WRONG_STATE} naming event and state
   */
  public S next(S from, E event) {
    Row<S, E> row =
        find(from, event)
            .orElseThrow(
                () ->
                    new EdgeBeatException(
                        ErrorCode.WRONG_STATE,
                        RetryAdvice.AFTER_STATE_CHANGE,
                        name + ": " + event + " is not legal in state " + from,
                        null));
    taken.computeIfAbsent(row, r -> new LongAdder()).increment();
    return row.to();
  }

  /** How often a row was taken by the nodes of this process: what a metric or a proof counts. */
  public long taken(Row<S, E> row) {
    LongAdder count = taken.get(row);
    return count == null ? 0 : count.sum();
  }

  /** Every row in the order of the specification. */
  public List<Row<S, E>> rows() {
    return rows;
  }

  @Override
  public String toString() {
    return name;
  }
}
