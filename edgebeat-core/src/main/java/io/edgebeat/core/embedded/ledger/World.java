package io.edgebeat.core.embedded.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything the chain knows, with a note of every change, so that a command, a block or several
 * blocks can be taken back and older values can be read. Not thread-safe.
 */
final class World {
  private final Map<Slot<?>, Object> values = new HashMap<>();
  private List<Change> changes = new ArrayList<>();

  /**
   * One change.
   *
   * @param slot what changed
   * @param before the value before, null when there was none
   */
  record Change(Slot<?> slot, @Nullable Object before) {}

  @SuppressWarnings("unchecked") // a slot is only ever given values of its kind
  <V> Optional<V> get(Slot<V> slot) {
    return Optional.ofNullable((V) values.get(slot));
  }

  <V> void put(Slot<V> slot, V value) {
    changes.add(new Change(slot, values.put(slot, value)));
  }

  <V> void remove(Slot<V> slot) {
    changes.add(new Change(slot, values.remove(slot)));
  }

  /** A point to which {@link #undoTo} can go back, as long as no block was cut. */
  int mark() {
    return changes.size();
  }

  void undoTo(int mark) {
    while (changes.size() > mark) {
      undo(changes.removeLast());
    }
  }

  /** Ends a block. */
  List<Change> cut() {
    List<Change> done = changes;
    changes = new ArrayList<>();
    return done;
  }

  /** Takes a block back; only the newest can be. */
  void undo(List<Change> block) {
    for (int i = block.size() - 1; i >= 0; i--) {
      undo(block.get(i));
    }
  }

  private void undo(Change change) {
    if (change.before == null) {
      values.remove(change.slot);
    } else {
      values.put(change.slot, change.before);
    }
  }

  void forEach(BiConsumer<Slot<?>, Object> visitor) {
    values.forEach(visitor);
  }
}
