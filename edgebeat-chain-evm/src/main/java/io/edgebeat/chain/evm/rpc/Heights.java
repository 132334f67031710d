package io.edgebeat.chain.evm.rpc;

import io.edgebeat.chain.evm.rpc.Endpoint.UnansweredException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the nodes are. A node that stands still is a danger as one that lies: what it leaves out
 * is a challenge that nobody answers. Whoever is behind is named once and does not count until it
 * has caught up. Thread-safe.
 */
final class Heights {
  private static final Logger LOG = LoggerFactory.getLogger(Heights.class);

  private final List<Endpoint> endpoints;
  private final RpcLimits limits;

  /** Nodes whose newest block is not the newest of all, or stands still alone, and since when. */
  private final Map<Endpoint, Still> still = new HashMap<>();

  private record Still(long head, long since, boolean told) {}

  Heights(List<Endpoint> endpoints, RpcLimits limits) {
    this.endpoints = endpoints;
    this.limits = limits;
  }

  /**
   * Asks all.
   *
   * @return the highest block that two of those that count have
   */
  long compare(Call<Long> latest) {
    Map<Endpoint, Long> heads = new LinkedHashMap<>();
    List<String> reasons = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      ask(endpoint, latest, heads, reasons);
    }
    long reference = reference(heads);
    for (Endpoint endpoint : endpoints) {
      Long head = heads.get(endpoint);
      if (head != null && isFar(head, reference)) {
        // While the others were asked it may have gone on.
        heads.remove(endpoint);
        ask(endpoint, latest, heads, reasons);
      }
    }
    heads.forEach((endpoint, head) -> judge(endpoint, head, reference));
    List<Long> counting =
        heads.entrySet().stream()
            .filter(entry -> !entry.getKey().isBehind())
            .map(Map.Entry::getValue)
            .sorted()
            .toList();
    if (counting.size() < 2) {
      heads.forEach((endpoint, head) -> reasons.add(endpoint.name() + " is at block " + head));
      throw new UnansweredException("fewer than two nodes keep up: " + String.join("; ", reasons));
    }
    return counting.get(counting.size() - 2);
  }

  private static void ask(
      Endpoint endpoint, Call<Long> latest, Map<Endpoint, Long> heads, List<String> reasons) {
    try {
      Answers answers = endpoint.ask(List.of(latest));
      answers
          .error(latest)
          .ifPresentOrElse(
              error -> reasons.add(endpoint.name() + " refuses: " + error.message()),
              () -> heads.put(endpoint, answers.get(latest)));
    } catch (UnansweredException e) {
      reasons.add(e.getMessage());
    }
  }

  /** What two have reached; of two nodes the higher, for one of them is behind or lies. */
  private static long reference(Map<Endpoint, Long> heads) {
    List<Long> sorted = heads.values().stream().sorted().toList();
    int last = sorted.size() - 1;
    return last < 0 ? 0 : sorted.get(last < 2 ? last : last - 1);
  }

  private boolean isFar(long head, long reference) {
    return reference - head > limits.maxBehind();
  }

  private synchronized void judge(Endpoint endpoint, long head, long reference) {
    boolean stands = stands(endpoint, head, head < reference);
    boolean behind = isFar(head, reference) || stands;
    if (behind && !endpoint.isBehind()) {
      LOG.warn(
          "{} does not count until it catches up: its newest block is {}, and others have {}",
          endpoint.name(),
          head,
          reference);
    } else if (!behind && endpoint.isBehind()) {
      LOG.info("{} has caught up, and counts again: its newest block is {}", endpoint.name(), head);
    }
    endpoint.behind(behind);
  }

  /** There is nothing to compare with, but a head that stands still is told. */
  synchronized void alone(long head) {
    Endpoint endpoint = endpoints.getFirst();
    Still before = still.get(endpoint);
    if (stands(endpoint, head, true) && before != null && !before.told()) {
      still.put(endpoint, new Still(head, before.since(), true));
      LOG.warn(
          "{} has shown no block after {} for {}, and there is no other node to compare with",
          endpoint.name(),
          head,
          limits.maxStill());
    }
  }

  /** Whether its head has not moved for too long, while it should have. */
  private boolean stands(Endpoint endpoint, long head, boolean should) {
    long now = System.nanoTime();
    Still before = still.get(endpoint);
    if (!should) {
      still.remove(endpoint);
      return false;
    }
    if (before == null || before.head() != head) {
      still.put(endpoint, new Still(head, now, false));
      return false;
    }
    return !limits.maxStill().isZero() && now - before.since() > limits.maxStill().toNanos();
  }
}
