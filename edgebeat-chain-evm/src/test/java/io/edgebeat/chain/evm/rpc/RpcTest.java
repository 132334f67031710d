package io.edgebeat.chain.evm.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

  private static FakeNode onChain(long chain, long block) throws java.io.IOException {
    return new FakeNode(
        (body, out) ->
            FakeNode.http(
                out,
                FakeNode.answer(
                    body,
                    "\"result\":\"" + Hex.of(body.contains("eth_chainId") ? chain : block) + '"')));
  }

  @Test
  void aNodeOnAnotherChainDoesNotAnswer() throws Exception {
    try (FakeNode other = onChain(1, 7);
        FakeNode good = onChain(2, 8);
        Rpc both = new Rpc(List.of(other.uri(), good.uri()), QUICK);
        Rpc alone = new Rpc(List.of(other.uri()), QUICK)) {
      assertThat(both.ask(BLOCK)).isEqualTo(7);
      both.expect(2);
      assertThat(both.ask(BLOCK)).isEqualTo(8);
      assertThat(both.ask(BLOCK)).isEqualTo(8);
      alone.expect(2);
      assertThat(failure(alone).getMessage()).contains("is on chain 1, and not on chain 2");
    }
  }

  /** A gateway that refuses a whole request says why. */
  @Test
  void oneRefusalOfManyCallsIsPassedOn() throws Exception {
    try (FakeNode node =
            new FakeNode(
                (body, out) ->
                    FakeNode.http(
                        out,
                        "{\"id\":null,\"error\":{\"code\":-32600,\"message\":\"no batches\"}}"));
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      EdgeBeatException failure =
          catchThrowableOfType(
              EdgeBeatException.class,
              () -> rpc.ask(List.of(BLOCK, Call.of("eth_gasPrice", Hex::number))));
      assertThat(failure.getMessage()).startsWith("no node answers").contains("no batches");
    }
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
    for (String bad :
        List.of(
            "ftp://TOPSECRET",
            "http:TOPSECRET",
            "TOPSECRET",
            "http://TOPSECRET:99999",
            "wss://TOPSECRET:65536",
            "https://TOPSECRET:0")) {
      EdgeBeatException failure =
          catchThrowableOfType(
              EdgeBeatException.class, () -> new Rpc(List.of(URI.create(bad)), QUICK).close());
      assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG_VALUE);
      assertThat(failure.getMessage()).doesNotContain("TOPSECRET");
    }
  }

  @Test
  void whoIsNamedInTheUrlIsToldToTheNodeAndToNobodyElse() throws Exception {
    try (FakeNode node = FakeNode.saying("\"0x2a\"");
        Rpc rpc =
            new Rpc(
                List.of(URI.create(node.uri().toString().replace("://", "://TOPSECRET:p@"))),
                QUICK)) {
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      assertThat(node.head).contains("\nAuthorization: Basic VE9QU0VDUkVUOnA=\n");
      node.script =
          (body, out) -> FakeNode.raw(out, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
      assertThat(failure(rpc).getMessage())
          .contains("http://127.0.0.1:" + node.uri().getPort(), "401")
          .doesNotContain("TOPSECRET");
    }
  }

  @Test
  void aHostMayBeAnAddressOfVersionSix() throws Exception {
    FakeNode.Script script =
        (body, out) -> FakeNode.http(out, FakeNode.answer(body, "\"result\":\"0x2a\""));
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    try (FakeNode node = new FakeNode(InetAddress.getByAddress(loopback), script);
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      assertThat(node.head).contains("\nHost: [::1]:" + node.uri().getPort() + "\n");
    } catch (BindException e) {
      assumeThat(e).as("there is no IPv6 here").isNull();
    }
  }

  /** Sent late, behind an answer that was taken. */
  @Test
  void aConnectionThatIsOutOfStepIsNotUsedAgain() throws Exception {
    RpcLimits once = new RpcLimits(Duration.ofSeconds(5), 100_000, 3, 0, 1, QUICK.rest());
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch strayed = new CountDownLatch(1);
    FakeNode.Script stray =
        (body, out) -> {
          String answer = FakeNode.answer(body, "\"result\":\"0x2a\"");
          boolean first = taken.getCount() > 0;
          FakeNode.http(out, answer);
          if (first) {
            out.flush();
            taken.await();
            FakeNode.http(out, answer);
            out.flush();
            strayed.countDown();
          }
        };
    try (FakeNode node = new FakeNode(stray);
        Rpc rpc = new Rpc(List.of(node.uri()), once)) {
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      taken.countDown();
      strayed.await();
      assertThat(failure(rpc).getMessage()).contains("another call");
      for (int i = 0; i < 3; i++) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      }
      assertThat(node.connections).hasValue(2);
    }
  }

  /** As behind a gateway that has forgotten them: nothing comes any more, not even their end. */
  @Test
  void keptConnectionsThatAreDeadCostOneTimeOut() throws Exception {
    int kept = 4;
    RpcLimits once = new RpcLimits(Duration.ofSeconds(1), 100_000, 3, 0, 1, QUICK.rest());
    CyclicBarrier together = new CyclicBarrier(kept);
    Set<OutputStream> old = ConcurrentHashMap.newKeySet();
    AtomicBoolean forgotten = new AtomicBoolean();
    FakeNode.Script script =
        (body, out) -> {
          if (!forgotten.get()) {
            old.add(out);
            try {
              together.await();
            } catch (BrokenBarrierException e) {
              throw new IOException(e);
            }
          } else if (old.contains(out)) {
            return;
          }
          FakeNode.http(out, FakeNode.answer(body, "\"result\":\"0x2a\""));
        };
    try (FakeNode node = new FakeNode(script);
        Rpc rpc = new Rpc(List.of(node.uri()), once)) {
      List<CompletableFuture<Long>> asked = new ArrayList<>();
      for (int i = 0; i < kept; i++) {
        CompletableFuture<Long> one = new CompletableFuture<>();
        asked.add(one);
        Thread.ofPlatform().daemon().start(() -> one.complete(rpc.ask(BLOCK)));
      }
      for (CompletableFuture<Long> one : asked) {
        assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(42);
      }
      assertThat(node.connections).hasValue(kept);
      forgotten.set(true);
      assertThat(failure(rpc).getMessage()).contains("in time");
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
    }
  }

  /** A batch waits for what a period gives, and no node is blamed for it. */
  @Test
  void batchesAreNoLongerThanTheRateAndWaitingForItIsNobodysFailure() throws Exception {
    RpcLimits slow = new RpcLimits(Duration.ofMillis(300), 10_000, 100, 10, 1, Duration.ofHours(1));
    AtomicInteger longest = new AtomicInteger();
    FakeNode.Script script =
        (body, out) -> {
          longest.accumulateAndGet(body.split("\"method\"", -1).length - 1, Math::max);
          FakeNode.http(out, FakeNode.answer(body, "\"result\":\"0x1\""));
        };
    try (FakeNode node = new FakeNode(script);
        Rpc rpc = new Rpc(List.of(node.uri()), slow)) {
      List<Call<?>> calls = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        calls.add(Call.of("echo", Hex::number, Json.of(Hex.of(i))));
      }
      assertThat(rpc.ask(calls).get(calls.getLast())).isEqualTo(1L);
      assertThat(longest).hasValue(10);
      assertThat(node.requests).hasValue(3);
      // Many at once would have to wait for longer than anybody does.
      List<CompletableFuture<String>> said = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        CompletableFuture<String> one = new CompletableFuture<>();
        said.add(one);
        Thread.ofPlatform()
            .daemon()
            .start(
                () ->
                    one.complete(
                        String.valueOf(
                            catchThrowable(() -> rpc.ask(new ArrayList<>(calls.subList(0, 10)))))));
      }
      List<String> refused = new ArrayList<>();
      for (CompletableFuture<String> one : said) {
        String failure = one.get(30, TimeUnit.SECONDS);
        if (!failure.equals("null")) {
          refused.add(failure);
        }
      }
      assertThat(refused).hasSizeGreaterThan(5).allMatch(s -> s.contains("10 calls a second"));
      assertThat(rpc.ask(BLOCK)).isEqualTo(1);
    }
  }

  private static Call<Json> logs(long first, long last) {
    return Call.of(
        "eth_getLogs",
        json -> json,
        Json.object("fromBlock", Hex.of(first), "toBlock", Hex.of(last)));
  }

  private static FakeNode.Script error(long code, String message) {
    return (body, out) ->
        FakeNode.http(
            out,
            FakeNode.answer(
                body,
                "\"error\":{\"code\":"
                    + code
                    + ",\"message\":\""
                    + message
                    + "\",\"data\":\"0x12\"}"));
  }

  private static FakeNode.Script status(int status, boolean saying) {
    return (body, out) -> {
      String said =
          saying
              ? FakeNode.answer(body, "\"error\":{\"code\":-32602,\"message\":\"too large\"}")
              : "<html>";
      FakeNode.raw(
          out,
          "HTTP/1.1 " + status + " No\r\nContent-Length: " + said.length() + "\r\n\r\n" + said);
    };
  }

  private static final FakeNode.Script SILENT = (body, out) -> {};

  /** What is said against many blocks: to ask for fewer. */
  static List<FakeNode.Script> tooWide() {
    return List.of(
        error(-32_005, "query returned more than 10000 results"),
        error(-32_000, "block range is too large"),
        status(413, false),
        status(400, true),
        status(504, false),
        SILENT);
  }

  @ParameterizedTest
  @MethodSource("tooWide")
  void aRangeThatIsTooWideIsRefusedHoweverItIsSaid(FakeNode.Script script) throws Exception {
    refusesRanges(script);
  }

  private static void refusesRanges(FakeNode.Script script) throws IOException {
    RpcLimits once = new RpcLimits(Duration.ofMillis(700), 100_000, 3, 0, 1, QUICK.rest());
    Call<Json> wide = logs(1, 2);
    try (FakeNode node = new FakeNode(script);
        FakeNode other = FakeNode.saying("[]");
        Rpc rpc = new Rpc(List.of(node.uri()), once);
        Rpc two = new Rpc(List.of(node.uri(), other.uri()), once)) {
      assertThat(rpc.ask(List.of(wide)).error(wide)).isPresent();
      assertThat(two.agreed(List.of(wide)).error(wide)).isPresent();
      assertThat(catchThrowableOfType(EdgeBeatException.class, () -> rpc.ask(logs(1, 1))).code())
          .isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    }
  }

  @Test
  void tooManyResultsAreTooWideARange() throws Exception {
    refusesRanges(error(-32_005, "query returned more than 10000 results"));
  }

  /** What has nothing to do with how many blocks are asked for: another node may do. */
  @Test
  void whoAsksTooOftenOrWithoutRightDoesNotAskForLess() throws Exception {
    for (FakeNode.Script script :
        List.of(
            error(-32_005, "daily request count exceeded, request rate limited"),
            error(-32_005, "too many requests"),
            status(401, true),
            status(403, true),
            status(429, true),
            status(400, false),
            status(503, false))) {
      try (FakeNode node = new FakeNode(script);
          FakeNode good = FakeNode.saying("[]");
          Rpc alone = new Rpc(List.of(node.uri()), QUICK);
          Rpc both = new Rpc(List.of(node.uri(), good.uri()), QUICK)) {
        assertThat(
                catchThrowableOfType(EdgeBeatException.class, () -> alone.ask(List.of(logs(1, 2))))
                    .code())
            .isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
        assertThat(both.ask(logs(1, 2))).isEqualTo(Json.array());
      }
    }
  }

  /** A node that is dead looks like one that reads for too long, until it has looked so often. */
  @Test
  void aSilentNodeIsAskedForLessAFewTimes() throws Exception {
    RpcLimits brief = new RpcLimits(Duration.ofMillis(50), 100_000, 3, 0, 1, Duration.ofHours(1));
    try (FakeNode node = new FakeNode(SILENT);
        Rpc rpc = new Rpc(List.of(node.uri()), brief)) {
      EdgeBeatException failure =
          catchThrowableOfType(
              EdgeBeatException.class,
              () -> {
                for (long last = 1 << 20; last > 1; last /= 2) {
                  Call<Json> wide = logs(1, last);
                  assertThat(rpc.ask(List.of(wide)).error(wide)).isPresent();
                }
              });
      assertThat(failure.getMessage()).contains("rests");
      assertThat(node.requests.get()).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void whoCannotBeReachedIsNotAskedForLess() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    try (Rpc rpc = new Rpc(List.of(URI.create("http://127.0.0.1:" + port)), QUICK)) {
      Call<Json> wide = logs(1, 2);
      assertThat(catchThrowableOfType(EdgeBeatException.class, () -> rpc.ask(List.of(wide))).code())
          .isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    }
  }
}
