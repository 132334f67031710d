package io.edgebeat;

import static io.edgebeat.Funded.until;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Everything that has become durable in a node since this listens. */
final class NodeLog {
  private final String who;
  private final List<NodeEvent> events = new CopyOnWriteArrayList<>();

  NodeLog(String who, EdgeBeatNode node) {
    this.who = who;
    node.events(events::add);
  }

  List<NodeEvent> events() {
    return events;
  }

  /** Waits until the node has taken an entry of the ledger into account, or its retraction. */
  void awaitEntry(String event, boolean retracted) {
    await(
        event + (retracted ? " retracted" : ""),
        e ->
            e.name().equals("Ledger." + event)
                && e.details().get("retracted").equals(Boolean.toString(retracted)));
  }

  void awaitWork(String state) {
    await(state, e -> e.name().equals("WorkMoved") && state.equals(e.details().get("to")));
  }

  /** Waits for anything of a kind. */
  void awaitFirst(Predicate<NodeEvent> kind) {
    await("anything of the kind", kind);
  }

  private void await(String what, Predicate<NodeEvent> event) {
    until(what + " at the " + who, () -> events.stream().anyMatch(event));
  }
}
