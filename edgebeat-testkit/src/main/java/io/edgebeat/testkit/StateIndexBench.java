package io.edgebeat.testkit;

import io.edgebeat.api.state.StateIndex;
import java.util.Optional;

/** What {@link StateIndexContract} needs to try an index. */
public interface StateIndexBench extends AutoCloseable {

  /**
   * The index.
   *
   * @return the one that is open now; the bench closes it
   */
  StateIndex index();

  /**
   * Closes the index and opens it again, as a restart of the node does.
   *
   * @return the index now, empty when nothing survives its closing
   */
  default Optional<StateIndex> reopen() {
    return Optional.empty();
  }

  @Override
  void close();
}
