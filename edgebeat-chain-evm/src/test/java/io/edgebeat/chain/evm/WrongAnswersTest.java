package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.FakeNode;
import io.edgebeat.chain.evm.rpc.FaultyNode;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.testkit.LedgerBench.Party;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of the right form that cannot be, or that are not so. */
@Timeout(120)
class WrongAnswersTest {
  private static final RpcLimits ONCE =
      new RpcLimits(Duration.ofSeconds(10), 1 << 24, 100, 0, 1, Duration.ofMillis(1));

  private static Ledger connect(EvmBench bench, Party party, int depth, URI... nodes) {
    return EvmLedger.connect(
        new EvmOptions(
            List.of(nodes),
            bench.deployment,
            depth,
            Duration.ofMillis(20),
            ONCE,
            GasPolicy.DEFAULT),
        bench.signer(party),
        EvmBench.SIGNATURES);
  }

  private static Ledger connect(EvmBench bench, Party party, URI... nodes) {
    return connect(bench, party, EvmBench.DEPTH, nodes);
  }

  private static void assertUnavailable(ThrowingCallable call) {
    EdgeBeatException failure = catchThrowableOfType(EdgeBeatException.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
  }

  private static LedgerCommand gift(EvmBench bench) {
    return new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1"));
  }

  private static UnaryOperator<Json> with(String field, Json value) {
    return object -> {
      Map<String, Json> fields = new LinkedHashMap<>(((Json.Obj) object).fields());
      fields.put(field, value);
      return new Json.Obj(fields);
    };
  }

  /** Says a result, whatever the parameters are. */
  private static FaultyNode.Fault says(String method, String result) {
    return FaultyNode.changing(method, old -> Json.parse(result.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void oneOfTwoCannotSayThatATransactionWasReplaced() throws Exception {
    try (Devnet net = Devnet.start();
        EvmBench bench = new EvmBench(net);
        FaultyNode liar = new FaultyNode(net.uri());
        Ledger ledger = connect(bench, Party.BUYER, liar.uri(), net.uri())) {
      net.automine(false);
      SignedTransaction t = ledger.prepare(gift(bench));
      ledger.broadcast(t);
      String other =
          "{\"transactions\":[{\"from\":\""
              + ledger.account()
              + "\",\"nonce\":\""
              + Hex.of(t.nonce())
              + "\",\"hash\":\"0x"
              + "ab".repeat(32)
              + "\"}]}";
      for (boolean aboutTheBlockToo : new boolean[] {false, true}) {
        liar.plan(
            (number, request) ->
                request.contains("eth_getTransactionByHash")
                    ? (node, body, out) ->
                        FakeNode.http(out, FakeNode.answer(body, "\"result\":null"))
                    : request.contains("eth_getTransactionCount")
                        ? says("eth_getTransactionCount", "\"0x9\"")
                        : aboutTheBlockToo && request.contains("true]")
                            ? says("eth_getBlockByNumber", other)
                            : FaultyNode.NONE);
        assertUnavailable(() -> ledger.status(t.id()));
      }
      liar.plan((number, request) -> FaultyNode.NONE);
      assertThat(ledger.status(t.id())).isInstanceOf(TransactionStatus.Pending.class);
      net.mine(1);
      assertThat(ledger.status(t.id())).isInstanceOf(TransactionStatus.Done.class);
    }
  }

  @Test
  void oneOfTwoCannotSayWhyATransactionHasFailed() throws Exception {
    try (Devnet net = Devnet.start();
        EvmBench bench = new EvmBench(net);
        FaultyNode liar = new FaultyNode(net.uri());
        Ledger ledger = connect(bench, Party.BUYER, liar.uri(), net.uri())) {
      SignedTransaction bad = ledger.prepare(new LedgerCommand.VaultWithdraw(Edg.of("7")));
      ledger.broadcast(bad);
      net.mine(1);
      String paused = Hex.of(AbiWriter.selector("OpeningPaused()"));
      liar.plan(
          (number, request) ->
              request.contains("eth_call")
                  ? (node, body, out) ->
                      FakeNode.http(
                          out,
                          FakeNode.answer(
                              body,
                              "\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":\""
                                  + paused
                                  + "\"}"))
                  : FaultyNode.NONE);
      TransactionStatus.Failed told = (TransactionStatus.Failed) ledger.status(bad.id());
      assertThat(told.code()).isNotEqualTo(ErrorCode.PAUSED);
      liar.plan((number, request) -> FaultyNode.NONE);
      TransactionStatus.Failed failed = (TransactionStatus.Failed) ledger.status(bad.id());
      assertThat(failed.code()).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
    }
  }

  /** Behind one address there may be two machines, and one stands on a branch that was dropped. */
  @Test
  void aReceiptOfABlockThatWasDroppedIsNone() throws Exception {
    try (Devnet net = Devnet.start();
        EvmBench bench = new EvmBench(net);
        FaultyNode node = new FaultyNode(net.uri());
        Ledger ledger = connect(bench, Party.BUYER, node.uri())) {
      SignedTransaction t = ledger.prepare(gift(bench));
      ledger.broadcast(t);
      Waiting.done(ledger, t);
      AtomicReference<Json> receipt = new AtomicReference<>();
      node.plan(
          (number, request) ->
              FaultyNode.changing(
                  "eth_getTransactionReceipt",
                  said -> {
                    receipt.set(said);
                    return said;
                  }));
      assertThat(ledger.status(t.id())).isInstanceOf(TransactionStatus.Done.class);
      net.reorganise(1);
      net.mine(EvmBench.DEPTH + 1);
      StringBuilder old = new StringBuilder();
      receipt.get().write(old);
      node.plan(
          (number, request) ->
              request.contains("eth_getTransactionReceipt")
                  ? (real, body, out) ->
                      FakeNode.http(out, FakeNode.answer(body, "\"result\":" + old))
                  : FaultyNode.NONE);
      assertThat(ledger.status(t.id())).isNotInstanceOf(TransactionStatus.Done.class);
    }
  }

  @Test
  void whatNoMarketHoldsAndNoChainReachesIsNoAnswer() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger buyer = bench.connect(Party.BUYER);
        Ledger reading = connect(bench, Party.SELLER, node.uri())) {
      Deal deal = new Deal(bench, 1);
      Persistent.send(buyer, deal.open());
      node.plan(
          (number, request) ->
              FaultyNode.changing(
                  "eth_call", slot -> Json.of("0x" + ("0".repeat(63) + "9").repeat(4))));
      assertUnavailable(() -> reading.agreement(deal.id(), Finality.PENDING));
      node.plan(
          (number, request) ->
              FaultyNode.changing(
                  "eth_getBlockByNumber", with("number", Json.of("0x7fffffffffffffff"))));
      assertUnavailable(() -> reading.agreement(deal.id(), Finality.PENDING));
    }
  }

  /** What the market keeps of a close is compared with what the logs tell of it. */
  @Test
  void aDeadlineThatTheMarketDoesNotKeepIsNone() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger buyer = bench.connect(Party.BUYER);
        Ledger reading = connect(bench, Party.SELLER, node.uri())) {
      Deal deal = new Deal(bench, 6);
      Persistent.send(buyer, deal.open());
      Persistent.send(buyer, new LedgerCommand.RequestClose(deal.agreement));
      assertThat(reading.agreement(deal.id(), Finality.PENDING).deadline()).isPresent();
      Json topic = Json.of(AbiWriter.topic("CloseRequested(bytes32,uint40)").toString());
      UnaryOperator<Json> later = with("data", Json.of("0x" + "0".repeat(54) + "fffffffff0"));
      node.plan(
          (number, request) ->
              FaultyNode.changing(
                  "eth_getLogs",
                  logs -> {
                    List<Json> all = new ArrayList<>();
                    for (Json log : logs.items()) {
                      boolean close = log.at("topics").items().getFirst().equals(topic);
                      all.add(close ? later.apply(log) : log);
                    }
                    return Json.array(all);
                  }));
      assertUnavailable(() -> reading.agreement(deal.id(), Finality.PENDING));
    }
  }

  /** A node that is busy says nothing about the contract. */
  @Test
  void aBusyNodeDoesNotMakeAMarketNone() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri())) {
      node.plan(
          (number, request) ->
              request.contains("eth_call")
                  ? (real, body, out) ->
                      FakeNode.http(
                          out,
                          FakeNode.answer(
                              body, "\"error\":{\"code\":-32603,\"message\":\"Internal error\"}"))
                  : FaultyNode.NONE);
      assertUnavailable(() -> connect(bench, Party.BUYER, node.uri()).close());
    }
  }

  @Test
  void aNodeThatIsBehindTheCursorAfterARestartIsWaitedFor() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri())) {
      LedgerCursor cursor;
      try (Ledger before = bench.connect(Party.BUYER)) {
        Persistent.send(before, gift(bench));
        cursor = before.awaitEvents(LedgerCursor.START, 100, Duration.ZERO).next();
      }
      long head = bench.net.head();
      try (Ledger after = connect(bench, Party.BUYER, node.uri())) {
        node.plan((number, request) -> FaultyNode.behind(head - 1));
        assertUnavailable(() -> after.awaitEvents(cursor, 100, Duration.ZERO));
        node.plan((number, request) -> FaultyNode.NONE);
        assertThat(after.awaitEvents(cursor, 100, Duration.ZERO).entries()).isEmpty();
      }
    }
  }

  // ---- a long chain on which nothing has happened

  private static final long TOP = 100_000;

  private static String hash(long number) {
    return "0x" + "%064x".formatted(number + 0x1000);
  }

  private static String longChain(Json call) {
    if (call.at("method").text().equals("eth_getLogs")) {
      return "[]";
    }
    String at = call.at("params").items().getFirst().text();
    long number = at.equals("latest") ? TOP : Long.parseLong(at.substring(2), 16);
    return "{\"number\":\""
        + Hex.of(number)
        + "\",\"hash\":\""
        + hash(number)
        + "\",\"parentHash\":\""
        + hash(number - 1)
        + "\",\"timestamp\":\""
        + Hex.of(1_000_000 + number)
        + "\",\"baseFeePerGas\":\"0x1\"}";
  }

  private static final FaultyNode.Fault LONG_CHAIN =
      (node, body, out) -> {
        Json asked = Json.parse(body.getBytes(StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        for (Json call : asked instanceof Json.Arr many ? many.items() : List.of(asked)) {
          StringBuilder one = new StringBuilder();
          call.write(one);
          all.append(all.isEmpty() ? "" : ",")
              .append(FakeNode.answer(one.toString(), "\"result\":" + longChain(call)));
        }
        FakeNode.http(out, asked instanceof Json.Arr ? "[" + all + "]" : all.toString());
      };

  private static boolean isRange(String request) {
    return request.contains("fromBlock");
  }

  @Test
  void whoReadsALongHistoryCanBeInterruptedAndLetsOthersRead() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger before = connect(bench, Party.SELLER, 64, node.uri());
        Ledger ledger = connect(bench, Party.BUYER, 64, node.uri())) {
      node.plan((number, request) -> LONG_CHAIN);
      LedgerCursor newest = before.awaitEvents(LedgerCursor.START, 9, Duration.ZERO).next();
      AtomicInteger ranges = new AtomicInteger();
      CountDownLatch begun = new CountDownLatch(3);
      Semaphore answered = new Semaphore(2);
      node.plan(
          (number, request) -> {
            if (isRange(request)) {
              ranges.incrementAndGet();
              begun.countDown();
              return (real, body, out) -> {
                answered.acquire();
                LONG_CHAIN.answer(real, body, out);
              };
            }
            return LONG_CHAIN;
          });
      CompletableFuture<ErrorCode> end = new CompletableFuture<>();
      AtomicBoolean kept = new AtomicBoolean();
      Thread reader =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    EdgeBeatException failure =
                        catchThrowableOfType(
                            EdgeBeatException.class,
                            () -> ledger.awaitEvents(LedgerCursor.START, 9, Duration.ofHours(1)));
                    kept.set(Thread.currentThread().isInterrupted());
                    end.complete(failure.code());
                  });
      begun.await();
      CompletableFuture<Long> between = new CompletableFuture<>();
      Thread other =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () ->
                      between.complete(
                          ledger.awaitEvents(newest, 9, Duration.ZERO).head().number()));
      while (other.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      answered.release();
      assertThat(between.get()).isEqualTo(TOP);
      reader.interrupt();
      answered.release(1_000);
      assertThat(end.get()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(kept).isTrue();
      int then = ranges.get();
      assertThat(then).isLessThan(10);
      // Whoever reads next goes on where that has ended.
      assertThat(ledger.awaitEvents(LedgerCursor.START, 9, Duration.ZERO).head().number())
          .isEqualTo(TOP);
      int all = ranges.get();
      assertThat(all).isGreaterThan(then + 20);
      ledger.awaitEvents(LedgerCursor.START, 9, Duration.ZERO);
      assertThat(ranges).hasValue(all);
    }
  }

  @Test
  void aLongHistoryIsReadThroughHoweverOftenANodeFails() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger ledger = connect(bench, Party.BUYER, 64, node.uri())) {
      AtomicInteger ranges = new AtomicInteger();
      node.plan(
          (number, request) ->
              isRange(request) && ranges.incrementAndGet() % 10 == 0
                  ? (real, body, out) ->
                      FakeNode.raw(out, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
                  : LONG_CHAIN);
      int failures = 0;
      while (true) {
        try {
          ledger.awaitEvents(LedgerCursor.START, 9, Duration.ZERO);
          break;
        } catch (EdgeBeatException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
          assertThat(++failures).isLessThan(50);
        }
      }
      assertThat(failures).isPositive();
    }
  }
}
