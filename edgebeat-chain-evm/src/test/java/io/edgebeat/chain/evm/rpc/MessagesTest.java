package io.edgebeat.chain.evm.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests over a WebSocket and over a socket in a file keep what those over HTTP keep. */
@Timeout(60)
class MessagesTest {
  private static final RpcLimits QUICK =
      new RpcLimits(Duration.ofMillis(1_000), 100_000, 3, 0, 2, Duration.ofMillis(200));
  private static final Call<Long> BLOCK = Call.of("eth_blockNumber", Hex::number);

  enum Kind {
    WS,
    IPC
  }

  @TempDir Path directory;

  private FakeTeller teller(Kind kind, FakeTeller.Script script) throws IOException {
    return new FakeTeller(kind == Kind.WS ? null : directory.resolve("node.ipc"), script);
  }

  static void answer(String body, FakeTeller.Line line) throws IOException {
    line.say(FakeNode.answer(body, "\"result\":\"0x2a\""));
  }

  private static EdgeBeatException failure(Rpc rpc) {
    return catchThrowableOfType(EdgeBeatException.class, () -> rpc.ask(BLOCK));
  }

  @ParameterizedTest
  @EnumSource
  void oneConnectionCarriesManyCalls(Kind kind) throws Exception {
    try (FakeTeller node = teller(kind, MessagesTest::answer);
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      for (int i = 0; i < 20; i++) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      }
      // Each of its calls needs an object of its own; seven go out in three requests.
      List<Call<Long>> calls = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        calls.add(Call.of("eth_blockNumber", Hex::number));
      }
      assertThat(rpc.ask(new ArrayList<Call<?>>(calls)).get(calls.get(6))).isEqualTo(42);
      assertThat(node.connections).hasValue(1);
      node.drop();
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      assertThat(node.connections).hasValue(2);
    }
  }

  /** Long ones come in pieces, texts hold brackets, and what is between documents is nothing. */
  @ParameterizedTest
  @EnumSource
  void whatIsLongOrOddlyCutIsRead(Kind kind) throws Exception {
    String padding = "a\\\"}]{[\\\\".repeat(9_000);
    FakeTeller.Script script =
        (body, line) -> {
          String answer =
              "\r\n " + FakeNode.answer(body, "\"x\":\"" + padding + "\",\"result\":\"0x2a\"");
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          int at = 0;
          for (int n = 1; at < bytes.length; n *= 3) {
            int end = Math.min(bytes.length, at + n);
            byte[] piece = java.util.Arrays.copyOfRange(bytes, at, end);
            if (kind == Kind.IPC) {
              line.raw(piece);
            } else {
              line.frame(0x89, new byte[] {1, 2});
              line.frame((at == 0 ? 1 : 0) | (end == bytes.length ? 0x80 : 0), piece);
            }
            at = end;
          }
        };
    try (FakeTeller node = teller(kind, script);
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      assertThat(node.connections).hasValue(1);
    }
  }

  static List<FakeTeller.Script> hostile() {
    return List.of(
        (body, line) -> line.say("<html>TOPSECRET</html>"),
        (body, line) -> line.say("[]"),
        (body, line) -> line.say("{\"id\":99,\"result\":\"0x2\"}"),
        (body, line) -> line.say("{\"id\":0,\"result\":\"0x" + "f".repeat(64) + "\"}"),
        (body, line) -> line.say("[".repeat(5_000)),
        (body, line) ->
            line.say(FakeNode.answer(body, "\"result\":\"" + "a".repeat(200_000) + '"')),
        (body, line) -> line.hangUp(),
        (body, line) -> TimeUnit.SECONDS.sleep(3),
        (body, line) -> {
          for (int i = 0; i < 150; i++) {
            line.raw(new byte[] {' '});
            TimeUnit.MILLISECONDS.sleep(20);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatIsNoAnswerIsNone(FakeTeller.Script script) throws Exception {
    for (Kind kind : Kind.values()) {
      try (FakeTeller node = teller(kind, script)) {
        refused(node);
      }
      java.nio.file.Files.deleteIfExists(directory.resolve("node.ipc"));
    }
  }

  private static void refused(FakeTeller node) throws IOException {
    RpcLimits once = new RpcLimits(QUICK.timeout(), 100_000, 3, 0, 1, QUICK.rest());
    try (FakeNode good = FakeNode.saying("\"0x2a\"");
        Rpc alone = new Rpc(List.of(node.uri()), once);
        Rpc both = new Rpc(List.of(node.uri(), good.uri()), once)) {
      EdgeBeatException failure = failure(alone);
      assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      assertThat(failure.getMessage())
          .contains(node.name(), "eth_blockNumber")
          .doesNotContain("TOPSECRET")
          .hasSizeLessThan(700);
      assertThat(both.ask(BLOCK)).isEqualTo(42);
    }
  }

  /** Frames that no server may send. */
  static List<FakeTeller.Script> malformed() {
    byte[] text = "{}".getBytes(StandardCharsets.UTF_8);
    return List.of(
        (body, line) -> line.frame(0xc1, text),
        (body, line) -> line.frame(0x80, text),
        (body, line) -> line.frame(0x83, text),
        (body, line) -> line.frame(0x09, text),
        (body, line) -> line.frame(0x88, new byte[0]),
        (body, line) -> line.frame(0x89, new byte[126]),
        (body, line) -> line.raw(new byte[] {(byte) 0x81, (byte) 0x80, 0, 0, 0, 0}),
        (body, line) -> line.raw(new byte[] {(byte) 0x81, 127, -1, 0, 0, 0, 0, 0, 0, 0}),
        (body, line) -> line.raw(new byte[] {(byte) 0x81, 127, 0, 0, 0, 127, 0, 0, 0, 0}),
        (body, line) -> {
          line.frame(0x01, text);
          line.frame(0x81, text);
        },
        (body, line) -> {
          for (int i = 0; i < 100_000; i++) {
            line.frame(0x89, text);
          }
        },
        (body, line) -> {
          line.frame(0x01, text);
          for (int i = 0; i < 100_000; i++) {
            line.frame(0x00, new byte[0]);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void framesThatAreNoneEndTheConnection(FakeTeller.Script script) throws Exception {
    try (FakeTeller node = teller(Kind.WS, script)) {
      refused(node);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 429 No\r\n\r\n",
        "HTTP/1.1 101 Yes\r\nSec-WebSocket-Accept: x\r\n\r\n",
        "HTTP/1.1 101 Yes\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 101 Yes\r\nnone\r\n\r\n"
      })
  void whatIsNoWebSocketIsNone(String handshake) throws Exception {
    try (FakeTeller node = teller(Kind.WS, MessagesTest::answer)) {
      node.handshake = handshake;
      refused(node);
    }
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("try") // that is what is tested
  void closingAndInterruptsEndACallThatWaits(Kind kind) throws Exception {
    RpcLimits patient = new RpcLimits(Duration.ofMinutes(5), 1_000, 1, 0, 1, Duration.ofSeconds(1));
    for (boolean interrupt : List.of(false, true)) {
      CountDownLatch asked = new CountDownLatch(1);
      try (FakeTeller silent = teller(kind, (body, line) -> asked.countDown());
          Rpc rpc = new Rpc(List.of(silent.uri()), patient)) {
        CompletableFuture<EdgeBeatException> ended = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().daemon().start(() -> ended.complete(failure(rpc)));
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        if (interrupt) {
          thread.interrupt();
        } else {
          rpc.close();
        }
        assertThat(ended.get(10, TimeUnit.SECONDS).code())
            .isEqualTo(interrupt ? ErrorCode.INTERRUPTED : ErrorCode.CLOSED);
      }
      java.nio.file.Files.deleteIfExists(directory.resolve("node.ipc"));
    }
  }

  @Test
  void aSocketThatIsNotThereIsNamedByItsFile() {
    URI nobody = URI.create("ipc:" + directory.resolve("nobody.ipc"));
    try (Rpc rpc = new Rpc(List.of(nobody), QUICK)) {
      EdgeBeatException failure = failure(rpc);
      assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      assertThat(failure.getMessage()).contains("ipc:nobody.ipc").doesNotContain("" + directory);
    }
  }

  /** What came without being asked for would be taken for the next answer, and so on for ever. */
  @ParameterizedTest
  @EnumSource
  void aConnectionThatIsOutOfStepIsNotUsedAgain(Kind kind) throws Exception {
    RpcLimits once = new RpcLimits(Duration.ofSeconds(5), 100_000, 3, 0, 1, QUICK.rest());
    AtomicInteger asked = new AtomicInteger();
    FakeTeller.Script stray =
        (body, line) -> {
          answer(body, line);
          if (asked.incrementAndGet() == 1) {
            line.say("{\"jsonrpc\":\"2.0\",\"method\":\"hello\",\"params\":[]}");
          }
        };
    try (FakeTeller node = teller(kind, stray);
        Rpc rpc = new Rpc(List.of(node.uri()), once)) {
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      assertThat(failure(rpc).code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      for (int i = 0; i < 3; i++) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      }
      assertThat(node.connections).hasValue(2);
    }
  }

  /** More than the system keeps for a connection; nobody takes it. */
  @Test
  void whoReadsNothingHoldsNobody() throws Exception {
    RpcLimits quick = new RpcLimits(Duration.ofMillis(500), 100_000, 3, 0, 1, QUICK.rest());
    Path file = directory.resolve("node.ipc");
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ServerSocketChannel local = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      local.bind(UnixDomainSocketAddress.of(file));
      for (String uri : List.of("http://127.0.0.1:" + server.getLocalPort(), "ipc:" + file)) {
        try (Channel channel = Channel.to(URI.create(uri), quick)) {
          assertThatThrownBy(() -> channel.post(new byte[32 << 20], answer -> answer))
              .isInstanceOf(SocketTimeoutException.class);
        }
      }
    }
  }

  /** The host has taken the connection, and says nothing of a WebSocket or of TLS. */
  @Test
  void closingEndsWhatIsBeingOpened() throws Exception {
    for (String scheme : List.of("ws", "wss", "https")) {
      endsWhatIsBeingOpened(scheme, false);
    }
  }

  @Test
  void interruptsEndWhatIsBeingOpened() throws Exception {
    for (String scheme : List.of("ws", "wss", "https")) {
      endsWhatIsBeingOpened(scheme, true);
    }
  }

  @SuppressWarnings("try") // that is what is tested
  private static void endsWhatIsBeingOpened(String scheme, boolean interrupt) throws Exception {
    RpcLimits patient = new RpcLimits(Duration.ofMinutes(5), 1_000, 1, 0, 1, Duration.ofSeconds(1));
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Rpc rpc =
            new Rpc(
                List.of(URI.create(scheme + "://127.0.0.1:" + server.getLocalPort())), patient)) {
      CompletableFuture<EdgeBeatException> ended = new CompletableFuture<>();
      Thread asking = Thread.ofPlatform().daemon().start(() -> ended.complete(failure(rpc)));
      try (Socket taken = server.accept()) {
        assertThat(taken.getInputStream().read()).isPositive();
        if (interrupt) {
          asking.interrupt();
        } else {
          rpc.close();
        }
        assertThat(ended.get(10, TimeUnit.SECONDS).code())
            .isEqualTo(interrupt ? ErrorCode.INTERRUPTED : ErrorCode.CLOSED);
      }
    }
  }

  @Test
  void whoIsNamedInTheUrlIsToldToTheNodeAndToNobodyElse() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    FakeTeller.Script once =
        (body, line) -> {
          if (asked.incrementAndGet() > 1) {
            line.hangUp();
          } else {
            answer(body, line);
          }
        };
    try (FakeTeller node = new FakeTeller(null, once)) {
      URI named = URI.create(node.uri().toString().replace("://", "://TOPSECRET:p@"));
      try (Rpc rpc = new Rpc(List.of(named), QUICK)) {
        assertThat(rpc.ask(BLOCK)).isEqualTo(42);
        assertThat(node.greeting).contains("\r\nAuthorization: Basic VE9QU0VDUkVUOnA=\r\n");
        assertThat(failure(rpc).getMessage()).contains(node.name()).doesNotContain("TOPSECRET");
      }
    }
  }
}
