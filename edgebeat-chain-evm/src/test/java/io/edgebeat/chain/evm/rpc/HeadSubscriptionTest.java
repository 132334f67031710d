package io.edgebeat.chain.evm.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that tells of blocks wakes who waits, and can do nothing else, whatever it says. */
@Timeout(60)
class HeadSubscriptionTest {
  private static final RpcLimits QUICK =
      new RpcLimits(Duration.ofSeconds(5), 100_000, 3, 0, 1, Duration.ofMillis(100));
  private static final ThreadFactory THREADS = Thread.ofPlatform().daemon().factory();
  private static final Call<Long> BLOCK = Call.of("eth_blockNumber", Hex::number);
  private static final String HEAD = head("0xab");

  private volatile FakeTeller.Line subscribed;

  private static String head(String id) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\""
        + id
        + "\",\"result\":{\"number\":\"0xffffffffffffffffffff\"}}}";
  }

  private void hear(String body, FakeTeller.Line line) throws IOException {
    if (body.contains("eth_subscribe")) {
      // Before the answer: then it is there for whoever sees the subscription.
      subscribed = line;
      line.say(FakeNode.answer(body, "\"result\":\"0xab\""));
    } else {
      MessagesTest.answer(body, line);
    }
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static Rpc subscribed(URI uri) {
    Rpc rpc = new Rpc(List.of(uri), QUICK);
    rpc.subscribe(THREADS);
    return rpc;
  }

  private void untilLive(Rpc rpc) throws InterruptedException {
    until(() -> rpc.heads().isLive() && subscribed != null);
  }

  @Test
  void aHeadWakesWhoWaits() throws Exception {
    try (FakeTeller node = new FakeTeller(null, this::hear);
        Rpc rpc = subscribed(node.uri())) {
      untilLive(rpc);
      for (int i = 0; i < 5; i++) {
        long before = rpc.heads().told();
        subscribed.say(HEAD);
        assertThat(rpc.heads().await(before, TimeUnit.MINUTES.toNanos(5))).isTrue();
      }
      // What came before one looked is not waited for.
      assertThat(rpc.heads().await(0, 0)).isTrue();
      long before = rpc.heads().told();
      subscribed.say(head("0xcd"));
      assertThat(rpc.heads().await(before, TimeUnit.MILLISECONDS.toNanos(200))).isFalse();
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
    }
  }

  @Test
  void whatEndsIsBegunAnew() throws Exception {
    try (FakeTeller node = new FakeTeller(null, this::hear);
        Rpc rpc = subscribed(node.uri())) {
      untilLive(rpc);
      for (String garbage :
          List.of("", "<html>", "[1]", "{\"a\":\"" + "x".repeat(100_000) + "\"}")) {
        int connections = node.connections.get();
        long before = rpc.heads().told();
        subscribed.say(garbage);
        // Whoever waits looks once, for nobody would tell.
        assertThat(rpc.heads().await(before, TimeUnit.MINUTES.toNanos(5))).isTrue();
        until(() -> node.connections.get() > connections && rpc.heads().isLive());
        // Of the end and of the beginning.
        assertThat(rpc.heads().told()).isEqualTo(before + 2);
      }
      long before = rpc.heads().told();
      node.drop();
      assertThat(rpc.heads().await(before, TimeUnit.MINUTES.toNanos(5))).isTrue();
      until(() -> rpc.heads().isLive());
    }
  }

  /** It is heard for a moment; nothing of it is kept. */
  @Test
  void aFloodIsNotHeard() throws Exception {
    FakeTeller.Script flood =
        (body, line) -> {
          hear(body, line);
          if (body.contains("eth_subscribe")) {
            while (true) {
              line.say(HEAD);
            }
          }
        };
    RpcLimits limits = new RpcLimits(Duration.ofSeconds(5), 100_000, 3, 0, 1, Duration.ofHours(1));
    try (FakeTeller node = new FakeTeller(null, flood);
        Rpc rpc = new Rpc(List.of(node.uri()), limits)) {
      rpc.subscribe(THREADS);
      until(() -> rpc.heads().told() >= 2 && !rpc.heads().isLive());
      assertThat(rpc.heads().told()).isLessThan(100);
      assertThat(rpc.ask(BLOCK)).isEqualTo(42);
      // It has hung up, and does not call again at once.
      assertThat(node.connections.get()).isEqualTo(2);
    }
  }

  @Test
  void whoKnowsNoSubscriptionIsAskedAsUsual() throws Exception {
    FakeTeller.Script plain =
        (body, line) -> {
          if (body.contains("eth_subscribe")) {
            line.say(FakeNode.answer(body, "\"error\":{\"code\":-32601,\"message\":\"no\"}"));
          } else {
            MessagesTest.answer(body, line);
          }
        };
    try (FakeTeller node = new FakeTeller(null, plain);
        FakeNode http = FakeNode.saying("\"0x2a\"")) {
      for (URI uri : List.of(node.uri(), http.uri())) {
        try (Rpc rpc = subscribed(uri)) {
          assertThat(rpc.heads().await(0, TimeUnit.MILLISECONDS.toNanos(200))).isFalse();
          assertThat(rpc.heads().isLive()).isFalse();
          assertThat(rpc.ask(BLOCK)).isEqualTo(42);
        }
      }
    }
  }

  @Test
  @SuppressWarnings("try") // that is what is tested
  void closingEndsTheWaitAndTheThread() throws Exception {
    Thread[] thread = new Thread[1];
    try (FakeTeller node = new FakeTeller(null, this::hear);
        Rpc rpc = new Rpc(List.of(node.uri()), QUICK)) {
      rpc.subscribe(
          work -> {
            thread[0] = Thread.ofPlatform().daemon().unstarted(work);
            return thread[0];
          });
      untilLive(rpc);
      rpc.close();
      assertThat(rpc.heads().await(rpc.heads().told(), TimeUnit.MINUTES.toNanos(5))).isFalse();
      thread[0].join();
    }
  }

  /** The host has taken the connection, and says nothing of a WebSocket or of TLS. */
  @Test
  @SuppressWarnings("try") // that is what is tested
  void closingEndsASubscriptionThatIsBeingMade() throws Exception {
    RpcLimits patient = new RpcLimits(Duration.ofMinutes(5), 1_000, 1, 0, 1, Duration.ofSeconds(1));
    for (String scheme : List.of("ws", "wss")) {
      Thread[] thread = new Thread[1];
      try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
          Rpc rpc =
              new Rpc(
                  List.of(URI.create(scheme + "://127.0.0.1:" + server.getLocalPort())), patient)) {
        rpc.subscribe(
            work -> {
              thread[0] = Thread.ofPlatform().daemon().unstarted(work);
              return thread[0];
            });
        try (Socket taken = server.accept()) {
          assertThat(taken.getInputStream().read()).isPositive();
          rpc.close();
          thread[0].join();
        }
      }
    }
  }
}
