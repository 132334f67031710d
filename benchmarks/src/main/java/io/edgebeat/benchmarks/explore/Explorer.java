package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.storage.ContentId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Breadth first, so that the trace of what it finds is as short as any. */
final class Explorer<S> {
  private final Model<S> model;
  private final Set<io.edgebeat.api.identity.Bytes32> seen = new HashSet<>();
  private final Deque<Node<S>> queue = new ArrayDeque<>();
  private long moves;
  private @Nullable Violation violation;

  /**
   * A broken promise.
   *
   * @param what the promise
   * @param trace the moves that lead to it, in order
   */
  record Violation(String what, List<String> trace) {
    @Override
    public String toString() {
      return what + "\n  after: " + String.join("\n         ", trace);
    }
  }

  /**
   * What was visited.
   *
   * @param states different states
   * @param moves moves between them
   * @param violation the first that was found, with which the exploration ended
   */
  record Result(long states, long moves, Optional<Violation> violation) {}

  private static final class Node<S> {
    final @Nullable Node<S> before;
    final String move;
    @Nullable S state;

    Node(@Nullable Node<S> before, String move, S state) {
      this.before = before;
      this.move = move;
      this.state = state;
    }
  }

  private Explorer(Model<S> model) {
    this.model = model;
  }

  /** Visits all states, or as many as lead to the first violation. */
  static <S> Result run(Model<S> model) {
    Explorer<S> explorer = new Explorer<>(model);
    model.starts().forEach(start -> explorer.visit(null, model.name(), start));
    while (explorer.violation == null && !explorer.queue.isEmpty()) {
      Node<S> node = explorer.queue.remove();
      S state = node.state;
      // The way back needs the moves only.
      node.state = null;
      if (state != null) {
        model.moves(
            state,
            (move, next) -> {
              explorer.moves++;
              explorer.visit(node, move, next);
            });
      }
    }
    return new Result(
        explorer.seen.size(), explorer.moves, Optional.ofNullable(explorer.violation));
  }

  private void visit(@Nullable Node<S> before, String move, S state) {
    if (violation != null
        || !seen.add(ContentId.sha256(model.key(state).getBytes(StandardCharsets.UTF_8)))) {
      return;
    }
    Node<S> node = new Node<>(before, move, state);
    Optional<String> broken = model.violation(state);
    if (broken.isPresent()) {
      violation = new Violation(broken.get(), trace(node));
    } else {
      queue.add(node);
    }
  }

  private static List<String> trace(Node<?> last) {
    List<String> trace = new ArrayList<>();
    for (Node<?> node = last; node != null; node = node.before) {
      trace.add(node.move);
    }
    Collections.reverse(trace);
    return trace;
  }
}
