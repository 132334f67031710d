package io.edgebeat.chain.evm.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class RpcTest {
  private static final RpcLimits QUICK =
      new RpcLimits(Duration.ofMillis(400), 100_000, 3, 0, 2, Duration.ofMillis(200));
  private static final Call<Long> BLOCK = Call.of("eth_blockNumber", Hex::number);

  private static EdgeBeatException failure(Rpc rpc) {
    return catchThrowableOfType(EdgeBeatException.class, () -> rpc.ask(BLOCK));
  }

  @Test
  void manyCallsUseOneConnection() throws Exception {
    try (FakeNode node = FakeNode.saying("\"0x2a\"");
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      for (int i = 0; i < 20; i++) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      }
      assertThat(node.connections).hasValue(1);
    }
  }

  @Test
  void batchesAreSplitAndAnswersPutInOrder() throws Exception {
    try (FakeNode node =
            new FakeNode(
                (body, out) -> {
                  // Each call gets its own id back, so a mixed-up order would be seen.
                  StringBuilder all = new StringBuilder();
                  Json asked = Json.parse(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                  List<Json> calls = asked instanceof Json.Arr a ? a.items() : List.of(asked);
                  for (Json call : calls.reversed()) {
                    all.append(all.isEmpty() ? "" : ",")
                        .append(
                            FakeNode.answer(
                                text(call),
                                "\"result\":" + text(call.at("params").items().get(0))));
                  }
                  FakeNode.http(out, asked instanceof Json.Arr ? "[" + all + "]" : all.toString());
                });
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      List<Call<Long>> calls =
          IntStream.range(0, 7)
              .mapToObj(i -> Call.of("echo", Hex::number, Json.of(Hex.of(i))))
              .toList();
      Answers answers = rpc.ask(new ArrayList<Call<?>>(calls));
      for (int i = 0; i < 7; i++) {
        assertThat(answers.get(calls.get(i))).isEqualTo(i);
      }
      assertThat(node.requests).hasValue(3);
    }
  }

  private static String text(Json json) {
    StringBuilder text = new StringBuilder();
    json.write(text);
    return text.toString();
  }

  /** Answers that are none; each names endpoint and method and nothing that is secret. */
  static List<FakeNode.Script> hostile() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    String huge = "\"" + "a".repeat(200_000) + "\"";
    return List.of(
        (body, out) -> FakeNode.http(out, "<html><body>TOPSECRET</body></html>"),
        (body, out) -> FakeNode.http(out, ""),
        (body, out) -> FakeNode.http(out, "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"0x2"),
        (body, out) -> FakeNode.http(out, "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":\"0x2\"}"),
        (body, out) -> FakeNode.http(out, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":\"0x2\"}"),
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"nothing\":1")),
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"result\":null")),
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"result\":42")),
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"result\":\"0xzz\"")),
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"result\":\"0x\"")),
        (body, out) ->
            FakeNode.http(out, FakeNode.answer(body, "\"result\":\"0x" + "f".repeat(64) + "\"")),
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"result\":" + deep)),
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"result\":" + huge)),
        (body, out) -> FakeNode.http(out, "[]"),
        (body, out) -> FakeNode.http(out, "{} {}"),
        (body, out) -> FakeNode.http(out, "{\"id\":0,\"id\":0,\"result\":\"0x1\"}"),
        (body, out) ->
            FakeNode.http(
                out, FakeNode.answer(body, "\"error\":{\"code\":-32005,\"message\":\"slow\"}")),
        (body, out) -> FakeNode.raw(out, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"),
        (body, out) -> FakeNode.raw(out, "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n"),
        (body, out) -> FakeNode.raw(out, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{"),
        (body, out) -> FakeNode.raw(out, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{"),
        (body, out) ->
            FakeNode.raw(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n"),
        (body, out) -> FakeNode.raw(out, "HTTP/1.1 200 OK\r\n" + "x".repeat(10_000)),
        (body, out) -> FakeNode.raw(out, "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(200) + "\r\n"),
        (body, out) -> FakeNode.raw(out, "SSH-2.0-OpenSSH_9.2\r\n"),
        (body, out) -> TimeUnit.SECONDS.sleep(2),
        (body, out) -> {
          FakeNode.raw(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
          for (int i = 0; i < 100; i++) {
            FakeNode.raw(out, " ");
            TimeUnit.MILLISECONDS.sleep(20);
          }
        },
        (body, out) -> out.close());
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatIsNoAnswerIsNoneAndTheNextNodeIsAsked(FakeNode.Script script) throws Exception {
    try (FakeNode bad = new FakeNode(script);
        FakeNode good = FakeNode.saying("\"0x2a\"")) {
      try (Rpc rpc = new Rpc(List.of(bad.uri()), QUICK)) {
        EdgeBeatException failure = failure(rpc);
        assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
        assertThat(failure.advice().kind()).isEqualTo(RetryAdvice.Kind.AFTER);
        assertThat(failure.getMessage())
            .contains("http://127.0.0.1:" + bad.uri().getPort(), "eth_blockNumber")
            .doesNotContain("TOPSECRET")
            .hasSizeLessThan(700);
      }
      try (Rpc rpc = new Rpc(List.of(bad.uri(), good.uri()), QUICK)) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      }
    }
  }

  /** Between two attempts as well as before the first. */
  @Test
  void whoIsInterruptedStopsAskingAndStaysInterrupted() throws Exception {
    try (FakeNode node = new FakeNode((body, out) -> out.close());
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      Thread.currentThread().interrupt();
      EdgeBeatException refused = failure(rpc);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(refused.code()).isEqualTo(ErrorCode.INTERRUPTED);
    }
  }

  @Test
  void aNodeThatIsDownIsLeftAloneForAWhile() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + port);
    RpcLimits patient =
        new RpcLimits(Duration.ofMillis(400), 100_000, 3, 0, 2, Duration.ofMinutes(5));
    try (Rpc rpc = new Rpc(List.of(nobody), patient)) {
      for (int i = 0; i < 4; i++) {
        assertThat(failure(rpc).code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      }
      assertThat(failure(rpc).getMessage()).contains("rests");
    }
  }

  @Test
  void aConnectionThatTheServerHasDroppedIsMadeAgain() throws Exception {
    try (FakeNode node = FakeNode.saying("\"0x2a\"");
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      node.drop();
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      assertThat(node.connections).hasValue(2);
      assertThat(node.requests).hasValue(2);
    }
  }

  @Test
  void chunkedAnswersAndThoseWithoutALengthAreRead() throws Exception {
    FakeNode.Script chunked =
        (body, out) -> {
          FakeNode.raw(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          for (char c : FakeNode.answer(body, "\"result\":\"0x2a\"").toCharArray()) {
            FakeNode.raw(out, "1;x=y\r\n" + c + "\r\n");
          }
          FakeNode.raw(out, "0\r\nTrailer: x\r\n\r\n");
        };
    FakeNode.Script unending =
        (body, out) -> {
          FakeNode.raw(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
          FakeNode.raw(out, FakeNode.answer(body, "\"result\":\"0x2a\""));
          out.close();
        };
    for (FakeNode.Script script : List.of(chunked, unending)) {
      try (FakeNode node = new FakeNode(script);
          Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      }
    }
  }

  @Test
  void aNodesOwnErrorIsAnAnswer() throws Exception {
    String error = "\"error\":{\"code\":3,\"message\":\"execution reverted\\n\",\"data\":\"0x08\"}";
    try (FakeNode node =
            new FakeNode((body, out) -> FakeNode.http(out, FakeNode.answer(body, error)));
        FakeNode other = FakeNode.saying("\"0x1\"");
        Rpc rpc = new Rpc(List.of(node.uri(), other.uri()), QUICK)) {
      Answers answers = rpc.ask(List.of(BLOCK));
      assertThat(answers.error(BLOCK))
          .contains(new Answers.NodeError(3, "execution reverted?", "0x08"));
      assertThat(failure(rpc).getMessage()).contains("eth_blockNumber", "execution reverted?");
      assertThat(other.requests).hasValue(0);
    }
  }

  @Test
  @SuppressWarnings("try") // one of them goes while the test runs
  void whereTwoAreConfiguredTwoMustAgree() throws Exception {
    List<Call<?>> calls = List.of(BLOCK);
    try (FakeNode one = FakeNode.saying("\"0x1\"");
        FakeNode liar = FakeNode.saying("\"0x2\"");
        FakeNode same = FakeNode.saying("\"0x01\"")) {
      try (Rpc rpc = new Rpc(List.of(one.uri(), liar.uri()), QUICK)) {
        EdgeBeatException failure =
            catchThrowableOfType(EdgeBeatException.class, () -> rpc.agreed(calls));
        assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
        assertThat(failure.getMessage())
            .contains(":" + one.uri().getPort(), ":" + liar.uri().getPort(), "eth_blockNumber");
      }
      try (Rpc rpc = new Rpc(List.of(one.uri(), liar.uri(), same.uri()), QUICK)) {
        assertThat(rpc.agreed(calls).get(BLOCK)).isEqualTo(1);
      }
      one.close();
      try (Rpc rpc = new Rpc(List.of(one.uri(), same.uri()), QUICK)) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(1);
        EdgeBeatException failure =
            catchThrowableOfType(EdgeBeatException.class, () -> rpc.agreed(calls));
        assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      }
    }
  }

  @Test
  void allAreToldAndOneThatHearsIsEnough() throws Exception {
    try (FakeNode one = FakeNode.saying("\"0x1\"");
        FakeNode deaf = new FakeNode((body, out) -> out.close());
        FakeNode other = FakeNode.saying("\"0x2\"");
        Rpc rpc = new Rpc(List.of(one.uri(), deaf.uri(), other.uri()), QUICK)) {
      assertThat(rpc.tellAll(List.of(BLOCK)))
          .extracting(answers -> answers.get(BLOCK))
          .containsExactly(1L, 2L);
    }
  }

  @Test
  @SuppressWarnings("try") // that is what is tested
  void closingEndsACallThatWaits() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    RpcLimits patient = new RpcLimits(Duration.ofMinutes(5), 1_000, 1, 0, 1, Duration.ofSeconds(1));
    try (FakeNode silent =
            new FakeNode(
                (body, out) -> {
                  asked.countDown();
                  TimeUnit.MINUTES.sleep(5);
                });
        Rpc rpc = new Rpc(List.of(silent.uri()), patient)) {
      CompletableFuture<EdgeBeatException> waiting =
          CompletableFuture.supplyAsync(() -> failure(rpc));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      rpc.close();
      assertThat(waiting.get(10, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.CLOSED);
      assertThat(failure(rpc).code()).isEqualTo(ErrorCode.CLOSED);
    }
  }

  @Test
  void theRateIsKept() throws Exception {
    RpcLimits slow = new RpcLimits(Duration.ofSeconds(5), 1_000, 1, 5, 1, Duration.ofSeconds(1));
    try (FakeNode node = FakeNode.saying("\"0x1\"");
        Rpc rpc = new Rpc(List.of(node.uri()), slow)) {
      long start = System.nanoTime();
      for (int i = 0; i < 16; i++) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(1);
      }
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_900));
    }
  }

  @Test
  void whatIsNoUrlIsRefusedWithoutBeingRepeated() throws IOException {
    for (String bad : List.of("ftp://TOPSECRET", "http:TOPSECRET", "TOPSECRET")) {
      EdgeBeatException failure =
          catchThrowableOfType(
              EdgeBeatException.class, () -> new Rpc(List.of(URI.create(bad)), QUICK).close());
      assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG_VALUE);
      assertThat(failure.getMessage()).doesNotContain("TOPSECRET");
    }
  }
}
