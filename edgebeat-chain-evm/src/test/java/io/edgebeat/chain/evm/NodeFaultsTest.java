package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.chain.evm.rpc.FaultyNode;
import io.edgebeat.chain.evm.rpc.FaultyNode.Fault;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.testkit.Balances;
import io.edgebeat.testkit.LedgerBench.Party;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole agreements while the only node fails at every request it gets: each is paid once, no token
 * is lost, no event is missed or told twice.
 */
@Timeout(600)
class NodeFaultsTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("edgebeat.nightly");

  /** Between two cuts of one life, a prime, so that what is repeated is not cut each time. */
  private static final int STRIDE = NIGHTLY ? 41 : 7;

  private static final Map<String, Fault> CUTS =
      Map.of(
          "before it is sent", FaultyNode.UNHEARD,
          "after it was sent", FaultyNode.UNANSWERED,
          "in the middle of the answer", FaultyNode.HALF);

  /** Asked once, so that nothing is repeated but by who calls. */
  private static final RpcLimits ONCE =
      new RpcLimits(Duration.ofSeconds(1), 1 << 20, 100, 0, 1, Duration.ofMillis(1));

  private static EvmOptions options(EvmBench bench, List<URI> nodes) {
    return new EvmOptions(
        nodes, bench.deployment, EvmBench.DEPTH, Duration.ofMillis(20), ONCE, GasPolicy.DEFAULT);
  }

  private static Ledger connect(EvmBench bench, Party party, URI node) throws InterruptedException {
    return Persistent.insist(
        () ->
            EvmLedger.connect(
                options(bench, List.of(node)), bench.signer(party), EvmBench.SIGNATURES));
  }

  private static void live(Map<Party, Ledger> ledgers, Deal deal) throws InterruptedException {
    for (Deal.Step step : deal.compact()) {
      Persistent.send(ledgers.get(step.by()), step.command());
    }
    Ledger buyer = ledgers.get(Party.BUYER);
    var record = Persistent.insist(() -> buyer.agreement(deal.id(), Finality.PENDING));
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(record.paid()).isEqualTo(Edg.of("2"));
    assertThat(record.refunded()).isEqualTo(Edg.of("2"));
  }

  /** Everybody reads the same, and every token is where it belongs. */
  private static void check(EvmBench bench, Persistent.Reader reader) throws InterruptedException {
    try (Ledger fresh = bench.connect(Party.STRANGER)) {
      assertThat(reader.all().places())
          .isEqualTo(new Persistent.Reader(fresh).all().places())
          .hasSizeGreaterThan(4);
      Balances.check(fresh, bench.funds());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"before it is sent", "after it was sent", "in the middle of the answer"})
  void everyRequestOfALifeIsCut(String where) throws Exception {
    Fault cut = CUTS.get(where);
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger buyer = connect(bench, Party.BUYER, node.uri());
        Ledger seller = connect(bench, Party.SELLER, node.uri())) {
      Map<Party, Ledger> ledgers = new EnumMap<>(Map.of(Party.BUYER, buyer, Party.SELLER, seller));
      Persistent.Reader reader = new Persistent.Reader(buyer);
      int longest = 0;
      int cuts = 0;
      for (int offset = 0; offset < STRIDE; offset++) {
        int first = offset;
        node.plan((number, request) -> number % STRIDE == first ? cut : FaultyNode.NONE);
        live(ledgers, new Deal(bench, offset));
        reader.all();
        longest = Math.max(longest, node.requests());
        cuts += node.requests() / STRIDE;
      }
      node.plan((number, request) -> FaultyNode.NONE);
      assertThat(cuts).isGreaterThanOrEqualTo(longest / 2);
      check(bench, reader);
    }
  }

  /** What no node may say: a page of HTML, a refusal, garbage, nothing for too long. */
  @Test
  void badAnswersAtAnyTimeCostNothingButTime() throws Exception {
    long seed = Long.getLong("edgebeat.seed", NIGHTLY ? System.nanoTime() : 5);
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    List<Fault> faults =
        List.of(
            FaultyNode.HTML,
            FaultyNode.TOO_MANY,
            FaultyNode.GARBAGE,
            FaultyNode.HALF,
            FaultyNode.UNANSWERED);
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri());
        Ledger buyer = connect(bench, Party.BUYER, node.uri());
        Ledger seller = connect(bench, Party.SELLER, node.uri())) {
      Map<Party, Ledger> ledgers = new EnumMap<>(Map.of(Party.BUYER, buyer, Party.SELLER, seller));
      Persistent.Reader reader = new Persistent.Reader(seller);
      int slow = 1 + random.nextInt(50);
      node.plan(
          (number, request) ->
              number == slow
                  ? FaultyNode.SLOW
                  : random.nextInt(4) == 0
                      ? faults.get(random.nextInt(faults.size()))
                      : FaultyNode.NONE);
      for (int i = 0; i < (NIGHTLY ? 50 : 4); i++) {
        live(ledgers, new Deal(bench, i));
        reader.all();
      }
      assertThat(node.requests()).isGreaterThan(50);
      node.plan((number, request) -> FaultyNode.NONE);
      check(bench, reader);
    }
  }

  /** Where a process can die around one transaction. */
  enum Death {
    JOURNALED,
    UNHEARD,
    SENT,
    MINED
  }

  /** At every step of both ways it dies, and another one goes on with what was journaled. */
  @Test
  void aNodeThatDiesAtAnyStepGoesOn() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FaultyNode node = new FaultyNode(bench.net.uri())) {
      int salt = 0;
      for (int offset = 0; offset < Death.values().length; offset++) {
        for (boolean literal : new boolean[] {false, true}) {
          Deal deal = new Deal(bench, salt++);
          int next = offset;
          for (Deal.Step step : literal ? deal.literal() : deal.compact()) {
            dieAndGoOn(bench, node, step, Death.values()[next++ % Death.values().length]);
          }
          try (Ledger seller = bench.connect(Party.SELLER)) {
            var record = seller.agreement(deal.id(), Finality.PENDING);
            assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
            assertThat(record.paid()).isEqualTo(Edg.of("2"));
          }
        }
      }
      try (Ledger fresh = bench.connect(Party.STRANGER)) {
        Balances.check(fresh, bench.funds());
      }
    }
  }

  private static void dieAndGoOn(EvmBench bench, FaultyNode node, Deal.Step step, Death death)
      throws InterruptedException {
    List<SignedTransaction> journal = new ArrayList<>();
    node.plan((number, request) -> FaultyNode.NONE);
    try (Ledger before = connect(bench, step.by(), node.uri())) {
      SignedTransaction t = before.prepare(step.command());
      journal.add(t);
      if (death != Death.JOURNALED) {
        Fault last = death == Death.UNHEARD ? FaultyNode.UNHEARD : FaultyNode.UNANSWERED;
        node.plan((number, request) -> death == Death.MINED ? FaultyNode.NONE : last);
        try {
          before.broadcast(t);
          if (death == Death.MINED) {
            Waiting.done(before, t);
          }
        } catch (io.edgebeat.api.error.EdgeBeatException e) {
          assertThat(e.code()).isEqualTo(io.edgebeat.api.error.ErrorCode.LEDGER_UNAVAILABLE);
        }
        node.plan((number, request) -> FaultyNode.NONE);
      }
    }
    try (Ledger after = connect(bench, step.by(), node.uri())) {
      after.restore(journal);
      Persistent.finish(after, journal.getFirst());
      // And what comes next gets a nonce of its own.
      SignedTransaction next = after.prepare(step.command());
      assertThat(next.nonce()).isGreaterThan(journal.getFirst().nonce());
      after.abandon(next);
    }
  }
}
