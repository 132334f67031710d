package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.chain.evm.rpc.FaultyNode;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.testkit.LedgerBench.Party;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that are behind, stand still, or leave something out, beside others that do not. */
@Timeout(120)
class SeveralNodesTest {
  private static final int BEHIND = 3;

  private static Ledger connect(EvmBench bench, Duration still, URI... nodes) {
    RpcLimits limits =
        new RpcLimits(
            Duration.ofSeconds(10), 1 << 20, 100, 0, 2, Duration.ofMillis(1), BEHIND, still);
    return EvmLedger.connect(
        new EvmOptions(
            List.of(nodes),
            bench.deployment,
            EvmBench.DEPTH,
            Duration.ofMillis(20),
            limits,
            GasPolicy.DEFAULT),
        bench.signer(Party.BUYER),
        EvmBench.SIGNATURES);
  }

  private static EdgeBeatException failure(ThrowingCallable call) {
    EdgeBeatException failure = catchThrowableOfType(EdgeBeatException.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    assertThat(failure.getMessage()).doesNotContain("TOPSECRET");
    return failure;
  }

  private static LedgerCommand gift(EvmBench bench) {
    return new LedgerCommand.Transfer(bench.signer(Party.SELLER).address(), Edg.of("1"));
  }

  private static String port(URI node) {
    return ":" + node.getPort();
  }

  private static void poll(Ledger ledger) {
    assertThat(ledger.awaitEvents(LedgerCursor.START, 100, Duration.ZERO).head()).isNotNull();
  }

  /** Of three one stands still: it is named, does not count, and counts again when it is back. */
  @Test
  void aNodeThatStandsStillIsNamedAndDoesNotCount() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode late = new FaultyNode(bench.net.uri());
        FaultyNode other = new FaultyNode(bench.net.uri());
        Ledger ledger = connect(bench, Duration.ZERO, late.uri(), bench.net.uri(), other.uri())) {
      poll(ledger);
      long then = bench.net.head();
      late.plan((number, request) -> FaultyNode.behind(then));
      SignedTransaction t = Persistent.send(ledger, gift(bench));
      // A little behind is not behind, and two others have the newest block.
      poll(ledger);
      assertThat(Warnings.with(port(late.uri()))).isEmpty();
      bench.net.mine(BEHIND);
      poll(ledger);
      poll(ledger);
      assertThat(Warnings.with(port(late.uri())))
          .singleElement()
          .asString()
          .startsWith("WARN")
          .contains("block is " + then, "others have " + bench.net.head())
          .doesNotContain("TOPSECRET");
      assertThat(ledger.balance(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("999"));
      assertThat(ledger.status(t.id())).isInstanceOf(TransactionStatus.Done.class);
      assertThat(new Persistent.Reader(ledger).all().standing).hasSize(1);
      // One that is ahead alone is believed no more than one that is behind.
      other.plan(
          (number, request) ->
              FaultyNode.changing(
                  "eth_getBlockByNumber", block -> with(block, "number", Json.of("0xffffff"))));
      failure(() -> poll(ledger));
      late.plan((number, request) -> FaultyNode.NONE);
      poll(ledger);
      assertThat(Warnings.with(port(late.uri()))).hasSize(1);
      assertThat(Warnings.with(port(other.uri()))).isEmpty();
    }
  }

  /** Of two none can say which is right: then nothing about money is answered. */
  @Test
  void ofTwoOneThatIsBehindStopsWhatMoneyRestsOn() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode late = new FaultyNode(bench.net.uri());
        Ledger ledger = connect(bench, Duration.ZERO, bench.net.uri(), late.uri())) {
      long then = bench.net.head();
      late.plan((number, request) -> FaultyNode.behind(then));
      bench.net.mine(BEHIND + 1);
      EdgeBeatException failure = failure(() -> ledger.balance(ledger.account(), Finality.PENDING));
      assertThat(failure.getMessage())
          .contains(port(late.uri()) + " is at block " + then, port(bench.net.uri()));
      failure(() -> poll(ledger));
      failure(() -> ledger.prepare(gift(bench)));
      assertThat(Warnings.with(port(late.uri()))).hasSize(1);
      late.plan((number, request) -> FaultyNode.NONE);
      assertThat(ledger.balance(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("1000"));
    }
  }

  /** A head that does not move for long is told, also when it is behind by less. */
  @Test
  void aHeadThatDoesNotMoveIsNamedWithinTwoPolls() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode late = new FaultyNode(bench.net.uri());
        FaultyNode alone = new FaultyNode(bench.net.uri());
        Ledger three =
            connect(bench, Duration.ofNanos(1), bench.net.uri(), late.uri(), bench.secondUri());
        Ledger one = connect(bench, Duration.ofNanos(1), alone.uri())) {
      long then = bench.net.head();
      late.plan((number, request) -> FaultyNode.behind(then));
      bench.net.mine(1);
      poll(three);
      poll(three);
      assertThat(Warnings.with(port(late.uri()))).hasSize(1);
      poll(one);
      poll(one);
      poll(one);
      assertThat(Warnings.with(port(alone.uri())))
          .singleElement()
          .asString()
          .contains("no block after " + (then + 1));
    }
  }

  /** Nodes that leave out logs, each in its own way. */
  private static List<UnaryOperator<Json>> truncations() {
    return List.of(
        logs -> Json.array(List.of()),
        logs ->
            logs.items().isEmpty()
                ? logs
                : Json.array(logs.items().subList(0, logs.items().size() - 1)),
        logs ->
            logs.items().isEmpty()
                ? logs
                : Json.array(logs.items().subList(1, logs.items().size())),
        logs -> {
          List<Json> twice = new ArrayList<>(logs.items());
          twice.addAll(logs.items());
          return Json.array(twice);
        });
  }

  @Test
  void logsThatAreLeftOutOrRepeatedAreNoticed() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode liar = new FaultyNode(bench.net.uri());
        Ledger seller = bench.connect(Party.SELLER);
        Ledger alone = connect(bench, Duration.ZERO, liar.uri());
        Ledger two = connect(bench, Duration.ZERO, bench.net.uri(), liar.uri());
        Ledger three =
            connect(bench, Duration.ZERO, liar.uri(), bench.net.uri(), bench.secondUri())) {
      Persistent.Reader ofThree = new Persistent.Reader(three);
      Persistent.Reader ofTwo = new Persistent.Reader(two);
      int salt = 0;
      for (UnaryOperator<Json> truncation : truncations()) {
        liar.plan((number, request) -> FaultyNode.NONE);
        ofTwo.all();
        Deal deal = new Deal(bench, salt++);
        Persistent.send(alone, deal.open());
        liar.plan((number, request) -> FaultyNode.changing("eth_getLogs", truncation));
        // The contract's word does not fit the logs.
        failure(() -> alone.agreement(deal.id(), Finality.PENDING));
        // Of two that differ neither is believed: nothing is missed, it only comes later.
        failure(() -> poll(two));
        failure(() -> two.agreement(deal.id(), Finality.PENDING));
        assertThat(three.agreement(deal.id(), Finality.PENDING).status())
            .isEqualTo(AgreementStatus.OPEN);
        ofThree.all();
        Persistent.send(seller, deal.settle(Edg.of("2")));
      }
      liar.plan((number, request) -> FaultyNode.NONE);
      List<List<Object>> expected = new Persistent.Reader(seller).all().places();
      assertThat(expected).hasSize(2 * salt);
      assertThat(ofThree.all().places()).isEqualTo(expected);
      assertThat(ofTwo.all().places()).isEqualTo(expected);
    }
  }

  /** What a contract cannot have written is the node's failure, and the next one is asked. */
  @Test
  void aLogThatNoContractWroteIsNone() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode liar = new FaultyNode(bench.net.uri());
        Ledger alone = connect(bench, Duration.ZERO, liar.uri());
        Ledger three =
            connect(bench, Duration.ZERO, liar.uri(), bench.net.uri(), bench.secondUri())) {
      Persistent.send(alone, gift(bench));
      Persistent.send(alone, new Deal(bench, 1).open());
      for (String field : List.of("data", "topics", "address")) {
        Json lie =
            switch (field) {
              case "data" -> Json.of("0x01");
              case "topics" -> Json.array(List.of());
              default -> Json.of("0x" + "7".repeat(40));
            };
        UnaryOperator<Json> wrong =
            logs -> Json.array(logs.items().stream().map(log -> with(log, field, lie)).toList());
        liar.plan((number, request) -> FaultyNode.changing("eth_getLogs", wrong));
        if (!field.equals("topics")) {
          failure(() -> poll(alone));
        }
        assertThat(new Persistent.Reader(three).all().standing).hasSize(2);
      }
    }
  }

  /** A little behind takes nothing back that others have shown. */
  @Test
  void aLittleBehindRetractsNothing() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger ledger = connect(bench, Duration.ZERO, node.uri())) {
      Persistent.Reader reader = new Persistent.Reader(ledger);
      Persistent.send(ledger, gift(bench));
      Persistent.send(ledger, gift(bench));
      assertThat(reader.all().standing).hasSize(2);
      long then = bench.net.head() - 2;
      node.plan((number, request) -> FaultyNode.behind(then));
      assertThat(reader.all().standing).hasSize(2);
      assertThat(ledger.awaitEvents(LedgerCursor.START, 9, Duration.ZERO).head().number())
          .isEqualTo(then + 2);
    }
  }

  private static Json with(Json object, String field, Json value) {
    List<Object> all = new ArrayList<>();
    ((Json.Obj) object)
        .fields()
        .forEach((name, old) -> all.addAll(List.of(name, name.equals(field) ? value : old)));
    return Json.object(all.toArray());
  }
}
