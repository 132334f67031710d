package io.edgebeat.micrometer;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.Subscription;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one node. After the node is closed its gauges show nothing ({@code NaN}).
 *
 * <p>Threads: calls may overlap.
 */
public final class EdgeBeatMetrics implements MeterBinder, AutoCloseable {
  private final EdgeBeatNode node;
  private final Tags tags;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /**
   * Nothing is measured before {@link #bindTo}.
   *
   * @param node what is measured; not closed by this
   * @param tags of every meter, such as the node's name where a registry has several
   */
  public EdgeBeatMetrics(EdgeBeatNode node, Iterable<Tag> tags) {
    this.node = node;
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(
        registry,
        "edgebeat.serving",
        "1 while the node takes new work",
        n -> n.health().serving() ? 1 : 0);
    gauge(
        registry,
        "edgebeat.problems",
        "what is wrong with the node",
        n -> n.health().problems().size());
    gauge(
        registry,
        "edgebeat.seller.agreements",
        "agreements in which the node sells, not over",
        n -> n.seller().agreements().size());
    gauge(
        registry,
        "edgebeat.seller.earned",
        "whole tokens that agreements which are over have paid the node",
        n -> whole(n.seller().earnings()));
    subscriptions.add(
        node.events(
            event ->
                registry
                    .counter("edgebeat.facts", tags.and("role", event.role(), "fact", event.name()))
                    .increment()));
  }

  private void gauge(
      MeterRegistry registry, String name, String what, ToDoubleFunction<EdgeBeatNode> value) {
    Gauge.builder(name, node, value).description(what).tags(tags).register(registry);
  }

  /** For a display only. */
  private static double whole(Amount amount) {
    return new BigDecimal(amount.baseUnits(), amount.asset().decimals()).doubleValue();
  }

  /** Counts nothing more; the meters stay in their registry. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
