package io.edgebeat.chain.evm.rpc;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.chain.evm.rpc.Endpoint.UnansweredException;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Some nodes of one chain, of which each may be down, slow, behind, or lie. Thread-safe; calls
 * block.
 */
public final class Rpc implements AutoCloseable {
  private final List<Endpoint> endpoints;
  private final Retry retry;
  private final Heights heights;
  private final HeadSignal heads = new HeadSignal();
  private final List<HeadSubscription> subscriptions = new ArrayList<>();
  private volatile boolean closed;

  /**
   * Connects to nothing yet.
   *
   * @param uris http, https, ws, wss or ipc, in the order in which they are asked
   * @param limits for each of them
   */
  public Rpc(List<URI> uris, RpcLimits limits) {
    NodeUrl.check(uris);
    this.endpoints = uris.stream().map(uri -> new Endpoint(uri, limits)).toList();
    this.heights = new Heights(endpoints, limits);
    this.retry =
        Retry.of(
            "rpc",
            RetryConfig.custom()
                .maxAttempts(limits.attempts())
                .intervalFunction(
                    IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(50), 2))
                .retryOnException(UnansweredException.class::isInstance)
                .build());
  }

  /**
   * Subscribes to new blocks, once, wherever the URL lets a node tell of them.
   *
   * @param threads for one thread a node, which ends when this is closed
   */
  public void subscribe(ThreadFactory threads) {
    for (Endpoint endpoint : endpoints) {
      endpoint.subscription(heads).ifPresent(subscriptions::add);
    }
    subscriptions.forEach(subscription -> threads.newThread(subscription).start());
  }

  /** Wakes whoever waits for new blocks; without a subscription nothing does but its closing. */
  public HeadSignal heads() {
    return heads;
  }

  /** From now on a node on another chain does not answer. */
  public void expect(long chainId) {
    endpoints.forEach(endpoint -> endpoint.expect(chainId));
  }

  /** How many nodes there are to ask. */
  public int size() {
    return endpoints.size();
  }

  /**
   * The result of one call, by the first node that answers.
   *
   * @throws EdgeBeatException {@code LEDGER_UNAVAILABLE} naming endpoint and method
   */
  public <T> T ask(Call<T> call) {
    return ask(List.of(call)).get(call);
  }

  /** The answers to some calls, all by one node, the first that answers. */
  public Answers ask(List<Call<?>> calls) {
    return persistently(() -> first(calls));
  }

  /**
   * What two nodes answer alike, where two are configured: for what money depends on. The calls
   * should name the block they are about, by hash or number, for one node may be behind.
   *
   * @throws EdgeBeatException {@code LEDGER_UNAVAILABLE} naming both and the method when they
   *     differ, or when fewer than two answer
   */
  public Answers agreed(List<Call<?>> calls) {
    return endpoints.size() < 2 ? ask(calls) : persistently(() -> two(calls));
  }

  /**
   * The newest block that two nodes have, by its number. Compares all nodes: one that is behind is
   * warned of and does not count until it has caught up.
   *
   * @param latest asks for the number of the newest block
   */
  public long head(Call<Long> latest) {
    return persistently(() -> heights.compare(latest));
  }

  /** The only node has shown a block; one that shows none for long is warned of. */
  public void seen(long head) {
    heights.alone(head);
  }

  /**
   * Tells every node.
   *
   * @return the answers of those that have answered, at least one
   */
  public List<Answers> tellAll(List<Call<?>> calls) {
    return persistently(
        () -> {
          List<Answers> answers = new ArrayList<>();
          UnansweredException last = null;
          for (Endpoint endpoint : endpoints) {
            try {
              answers.add(endpoint.ask(calls));
            } catch (UnansweredException e) {
              last = e;
            }
          }
          if (answers.isEmpty() && last != null) {
            throw last;
          }
          return answers;
        });
  }

  /** A node that refuses for reasons of its own is asked for nothing better than the others. */
  private Answers first(List<Call<?>> calls) {
    List<String> reasons = new ArrayList<>();
    Answers refused = null;
    for (Endpoint endpoint : inOrder()) {
      try {
        Answers answers = endpoint.ask(calls);
        if (!answers.isRefused()) {
          return answers;
        }
        refused = refused == null ? answers : refused;
      } catch (UnansweredException e) {
        reasons.add(e.getMessage());
      }
    }
    if (refused != null) {
      return refused;
    }
    throw unanswered("no node", calls, reasons);
  }

  /** Those that keep up before those that do not. */
  private List<Endpoint> inOrder() {
    return Stream.concat(
            endpoints.stream().filter(endpoint -> !endpoint.isBehind()),
            endpoints.stream().filter(Endpoint::isBehind))
        .toList();
  }

  private Answers two(List<Call<?>> calls) {
    List<Answers> given = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    Answers refused = null;
    for (Endpoint endpoint : endpoints) {
      if (endpoint.isBehind()) {
        reasons.add(endpoint.name() + " is behind and does not count");
        continue;
      }
      try {
        Answers answers = endpoint.ask(calls);
        refused = answers.isRefused() ? answers : refused;
        for (Answers other : given) {
          String differing = answers.difference(other).orElse("");
          if (differing.isEmpty()) {
            return other;
          }
          reasons.add(
              other.endpoint() + " and " + answers.endpoint() + " differ about " + differing);
        }
        given.add(answers);
      } catch (UnansweredException e) {
        reasons.add(e.getMessage());
      }
    }
    if (refused != null) {
      // Not two that differ, but one that would not say: perhaps it does when asked for less.
      return refused;
    }
    throw unanswered("no second node", calls, reasons);
  }

  private static UnansweredException unanswered(
      String who, List<Call<?>> calls, List<String> reasons) {
    return new UnansweredException(
        who + " answers " + calls.getFirst().method() + ": " + String.join("; ", reasons));
  }

  private <T> T persistently(Supplier<T> call) {
    check();
    try {
      return retry.executeSupplier(call);
    } catch (UnansweredException | BadAnswerException e) {
      check();
      if (Thread.currentThread().isInterrupted()) {
        throw RpcException.interrupted("asking a node");
      }
      throw RpcException.unavailable(String.valueOf(e.getMessage()));
    }
  }

  private void check() {
    if (closed) {
      throw RpcException.closed();
    }
  }

  /** Ends every call with {@code CLOSED}. */
  @Override
  public void close() {
    closed = true;
    subscriptions.forEach(HeadSubscription::close);
    heads.close();
    endpoints.forEach(Endpoint::close);
  }
}
