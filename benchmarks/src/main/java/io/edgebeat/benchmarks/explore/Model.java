package io.edgebeat.benchmarks.explore;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Something whose states can be enumerated.
 *
 * @param <S> a state, immutable
 */
interface Model<S> {
  /** What is explored, in a few words. */
  String name();

  /** Where it begins. */
  List<S> starts();

  /** Equal for two states only when everything that can follow from them is equal. */
  String key(S state);

  /** The promise that is broken in a state. */
  Optional<String> violation(S state);

  /** Hands over every state that follows, with the move that leads to it. */
  void moves(S state, BiConsumer<String, S> next);
}
