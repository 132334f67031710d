package io.edgebeat.store.jdbc;

import io.edgebeat.api.state.StateIndex;
import io.edgebeat.testkit.StateIndexBench;
import java.util.Optional;
import java.util.function.Supplier;

/** An index that can be opened again. */
final class JdbcBench implements StateIndexBench {
  private final Supplier<StateIndex> opening;
  private final boolean survives;
  private StateIndex index;

  JdbcBench(Supplier<StateIndex> opening, boolean survives) {
    this.opening = opening;
    this.survives = survives;
    this.index = opening.get();
  }

  @Override
  public StateIndex index() {
    return index;
  }

  @Override
  public Optional<StateIndex> reopen() {
    if (!survives) {
      return Optional.empty();
    }
    index.close();
    index = opening.get();
    return Optional.of(index);
  }

  @Override
  public void close() {
    index.close();
  }
}
