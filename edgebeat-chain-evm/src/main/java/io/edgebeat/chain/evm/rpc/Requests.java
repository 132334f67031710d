package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests to one node. While {@value #UNDER_WAY} are under way, calls of other threads wait
 * for one of them to end and then go together: that costs a node and its clients less than each in
 * a request of its own. Thread-safe; no thread of its own, whoever waits longest sends for all.
 */
final class Requests {
  /** Who asks a distant node from fewer threads never waits for another's answer. */
  static final int UNDER_WAY = 8;

  /** May take a node long, and so never goes with others. */
  private static final String SLOW = "eth_getLogs";

  /** Calls that wait; {@code turn} is told who sends them. */
  private record Waiting(List<Call<?>> calls, CompletableFuture<Turn> turn) {}

  private sealed interface Turn {
    /** To send for oneself and others. */
    record Send(List<Waiting> others) implements Turn {}

    /** Another has sent. */
    record Answered(List<Json> answers) implements Turn {}

    /** Another has waited in vain. */
    record Silent(String why) implements Turn {}

    /** Together they were not taken: perhaps for what another asks. */
    record Alone() implements Turn {}
  }

  private final JsonRpc node;
  private final RpcLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private int underWay;

  Requests(JsonRpc node, RpcLimits limits) {
    this.node = node;
    this.limits = limits;
  }

  /** As {@link JsonRpc#exchange}; waits for a turn no longer than for an answer. */
  List<Json> exchange(List<Call<?>> calls) throws IOException {
    for (Call<?> call : calls) {
      if (call.method().equals(SLOW)) {
        return node.exchange(calls);
      }
    }
    Waiting own = null;
    lock.lock();
    try {
      if (underWay < UNDER_WAY) {
        underWay++;
      } else {
        own = new Waiting(calls, new CompletableFuture<>());
        waiting.add(own);
      }
    } finally {
      lock.unlock();
    }
    if (own == null) {
      return send(calls, List.of());
    }
    return switch (turn(own)) {
      case Turn.Send send -> send(calls, send.others());
      case Turn.Answered answered -> answered.answers();
      case Turn.Silent silent -> throw new SocketTimeoutException(silent.why());
      case Turn.Alone alone -> node.exchange(calls);
    };
  }

  private Turn turn(Waiting own) throws IOException {
    try {
      return own.turn().get(limits.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (isWithdrawn(own)) {
        throw new SocketTimeoutException("no request has ended in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (isWithdrawn(own)) {
        throw new ClosedByInterruptException();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
    // Its turn has come meanwhile, and others may depend on it.
    return own.turn().join();
  }

  private boolean isWithdrawn(Waiting own) {
    lock.lock();
    try {
      return waiting.remove(own);
    } finally {
      lock.unlock();
    }
  }

  private List<Json> send(List<Call<?>> own, List<Waiting> others) throws IOException {
    List<Json> answers = null;
    Turn inVain = new Turn.Alone();
    try {
      answers = node.exchange(together(own, others));
    } catch (SocketTimeoutException e) {
      inVain = new Turn.Silent(String.valueOf(e.getMessage()));
      throw e;
    } catch (IOException | BadAnswerException e) {
      if (others.isEmpty()) {
        throw e;
      }
    } finally {
      tell(others, answers, own.size(), inVain);
      next();
    }
    return answers == null ? node.exchange(own) : answers.subList(0, own.size());
  }

  private static List<Call<?>> together(List<Call<?>> own, List<Waiting> others) {
    if (others.isEmpty()) {
      return own;
    }
    List<Call<?>> all = new ArrayList<>(own);
    others.forEach(other -> all.addAll(other.calls()));
    return all;
  }

  private static void tell(
      List<Waiting> others, @Nullable List<Json> answers, int first, Turn inVain) {
    int from = first;
    for (Waiting other : others) {
      int to = from + other.calls().size();
      other
          .turn()
          .complete(answers == null ? inVain : new Turn.Answered(answers.subList(from, to)));
      from = to;
    }
  }

  /** A request has ended: those that wait longest go together. */
  private void next() {
    lock.lock();
    try {
      Waiting first = waiting.poll();
      if (first == null) {
        underWay--;
        return;
      }
      List<Waiting> others = new ArrayList<>();
      int calls = first.calls().size();
      while (!waiting.isEmpty() && calls + waiting.getFirst().calls().size() <= limits.maxBatch()) {
        Waiting other = waiting.removeFirst();
        calls += other.calls().size();
        others.add(other);
      }
      first.turn().complete(new Turn.Send(List.copyOf(others)));
    } finally {
      lock.unlock();
    }
  }
}
