package io.edgebeat.chain.evm.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Where many requests are under way, the next calls go together, and none has to do with another.
 */
@Timeout(60)
class RequestsTest {
  private static final int MAX_BATCH = 10;

  /** What a node does with several calls in one request. */
  @FunctionalInterface
  private interface Together {
    byte[] answer(String body) throws IOException;
  }

  /** Holds what comes until it is opened; gives each call its own parameter back. */
  private static final class Gate implements Channel {
    final CountDownLatch opened = new CountDownLatch(1);
    final AtomicInteger posts = new AtomicInteger();
    final Together together;

    Gate(Together together) {
      this.together = together;
    }

    @Override
    public <T> T post(byte[] body, Function<byte[], T> read) throws IOException {
      posts.incrementAndGet();
      String text = new String(body, StandardCharsets.UTF_8);
      if (text.contains("eth_getLogs")) {
        return read.apply(echo(text));
      }
      try {
        opened.await();
      } catch (InterruptedException e) {
        throw new ClosedByInterruptException();
      }
      return read.apply(text.startsWith("[") ? together.answer(text) : echo(text));
    }

    @Override
    public void close() {}
  }

  private static byte[] echo(String body) {
    Json asked = Json.parse(body.getBytes(StandardCharsets.UTF_8));
    StringBuilder all = new StringBuilder();
    for (Json call : asked instanceof Json.Arr many ? many.items().reversed() : List.of(asked)) {
      String said = ((Json.Num) call.at("params").items().getFirst()).digits();
      all.append(all.isEmpty() ? "" : ",")
          .append("{\"id\":" + ((Json.Num) call.at("id")).digits() + ",\"result\":" + said + "}");
    }
    return (asked instanceof Json.Arr ? "[" + all + "]" : all.toString())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Call<?> call(String method, long parameter) {
    return Call.of(method, json -> json, new Json.Num(String.valueOf(parameter)));
  }

  private static final class Asking {
    final Gate gate;
    final Requests requests;
    final List<Thread> threads = new ArrayList<>();
    final List<Future<List<Json>>> answers = new ArrayList<>();

    Asking(Gate gate, Duration timeout) {
      this.gate = gate;
      requests =
          new Requests(
              new JsonRpc(gate), new RpcLimits(timeout, 100_000, MAX_BATCH, 0, 1, timeout));
    }

    /** More threads, each of which asks what no other asks, until all of them wait. */
    void ask(int count) throws InterruptedException {
      for (int i = 0; i < count; i++) {
        long parameter = answers.size();
        FutureTask<List<Json>> task =
            new FutureTask<>(
                () -> requests.exchange(List.of(call("a", parameter), call("b", -parameter - 1))));
        answers.add(task);
        threads.add(Thread.ofPlatform().daemon().start(task));
      }
      // Those that were first are at the gate; only who waits for a turn waits for a time.
      for (int i = 0; i < threads.size(); i++) {
        while (i < Requests.UNDER_WAY
            ? gate.posts.get() <= i
            : threads.get(i).getState() != Thread.State.TIMED_WAITING) {
          Thread.sleep(1);
        }
      }
    }

    void checkAllBut(int left) throws Exception {
      for (int i = 0; i < answers.size(); i++) {
        if (i != left) {
          assertThat(answers.get(i).get())
              .extracting(json -> ((Json.Num) json.at("result")).digits())
              .containsExactly(String.valueOf(i), String.valueOf(-i - 1));
        }
      }
    }
  }

  @Test
  void whatWaitsGoesTogetherAndEachGetsItsOwn() throws Exception {
    Gate gate = new Gate(RequestsTest::echo);
    Asking asking = new Asking(gate, Duration.ofMinutes(1));
    asking.ask(Requests.UNDER_WAY);
    asking.ask(23);
    assertThat(gate.posts).hasValue(Requests.UNDER_WAY);
    // What may take long goes by itself, and neither waits nor lets wait.
    assertThat(asking.requests.exchange(List.of(call("eth_getLogs", 5)))).hasSize(1);
    gate.opened.countDown();
    asking.checkAllBut(-1);
    // Five pairs of calls fill a request.
    assertThat(gate.posts).hasValue(Requests.UNDER_WAY + 1 + 5);
    // Nothing is under way any more.
    assertThat(asking.requests.exchange(List.of(call("a", 7)))).hasSize(1);
  }

  private static boolean isOfSeveral(String body) {
    return body.indexOf("\"a\"") != body.lastIndexOf("\"a\"");
  }

  @Test
  void whatIsNotTakenTogetherIsAskedAlone() throws Exception {
    Together refuses =
        body -> "{\"error\":{\"code\":-32600,\"message\":\"no\"}}".getBytes(StandardCharsets.UTF_8);
    Together hangsUp =
        body -> {
          throw new IOException("too much");
        };
    for (Together of : List.of(refuses, hangsUp)) {
      Gate gate = new Gate(body -> isOfSeveral(body) ? of.answer(body) : echo(body));
      Asking asking = new Asking(gate, Duration.ofMinutes(1));
      asking.ask(Requests.UNDER_WAY);
      asking.ask(5);
      gate.opened.countDown();
      asking.checkAllBut(-1);
      assertThat(gate.posts).hasValue(Requests.UNDER_WAY + 1 + 5);
    }
  }

  @Test
  void whoWaitsForOneThatIsSilentWaitsNoLonger() throws Exception {
    Gate gate =
        new Gate(
            body -> {
              if (isOfSeveral(body)) {
                throw new SocketTimeoutException("no whole answer in time");
              }
              return echo(body);
            });
    Asking asking = new Asking(gate, Duration.ofMinutes(1));
    asking.ask(Requests.UNDER_WAY);
    asking.ask(5);
    gate.opened.countDown();
    for (int i = Requests.UNDER_WAY; i < asking.answers.size(); i++) {
      int at = i;
      assertThatThrownBy(() -> asking.answers.get(at).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SocketTimeoutException.class);
    }
    assertThat(gate.posts).hasValue(Requests.UNDER_WAY + 1);
  }

  @Test
  void whoWaitsInVainOrIsInterruptedLeavesTheOthers() throws Exception {
    Gate gate = new Gate(RequestsTest::echo);
    Asking asking = new Asking(gate, Duration.ofMinutes(1));
    asking.ask(Requests.UNDER_WAY);
    asking.ask(4);
    asking.threads.get(Requests.UNDER_WAY).interrupt();
    assertThatThrownBy(() -> asking.answers.get(Requests.UNDER_WAY).get())
        .hasCauseInstanceOf(ClosedByInterruptException.class);
    gate.opened.countDown();
    asking.checkAllBut(Requests.UNDER_WAY);
    assertThat(gate.posts).hasValue(Requests.UNDER_WAY + 1);

    Gate shut = new Gate(RequestsTest::echo);
    Asking inVain = new Asking(shut, Duration.ofMillis(50));
    inVain.ask(Requests.UNDER_WAY);
    assertThatThrownBy(() -> inVain.requests.exchange(List.of(call("a", 1))))
        .isInstanceOf(SocketTimeoutException.class);
    shut.opened.countDown();
    inVain.checkAllBut(-1);
  }

  @Test
  void whatSeveralAskIsAskedOnceAndWhatIsDoneIsDoneAsOftenAsAsked() throws Exception {
    List<Integer> asked = new ArrayList<>();
    Gate gate =
        new Gate(
            body -> {
              asked.add(Json.parse(body.getBytes(StandardCharsets.UTF_8)).items().size());
              return echo(body);
            });
    gate.opened.countDown();
    Asking asking = new Asking(gate, Duration.ofMinutes(1));
    List<Call<?>> calls =
        List.of(
            call("eth_call", 1),
            call("eth_call", 2),
            call("eth_call", 1),
            call("eth_gasPrice", 1),
            call("eth_sendRawTransaction", 3),
            call("eth_sendRawTransaction", 3),
            call("evm_increaseTime", 4),
            call("evm_increaseTime", 4));
    assertThat(asking.requests.exchange(calls))
        .extracting(json -> ((Json.Num) json.at("result")).digits())
        .containsExactly("1", "2", "1", "1", "3", "3", "4", "4");
    assertThat(asked).containsExactly(calls.size() - 1);
  }
}
