package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.chain.evm.Persistent.Reader;
import io.edgebeat.testkit.Balances;
import io.edgebeat.testkit.LedgerBench.Party;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The chain takes back one to twelve blocks, again and again, while several readers page through it
 * at their own pace: each comes to what one that begins anew reads.
 */
@Timeout(300)
class ReorganisationTest {
  private static final int DEEPEST = 12;

  @Test
  void everyReaderComesToWhatANewOneReads() throws Exception {
    Random random = new Random(11);
    try (Devnet net = start();
        EvmBench bench = new EvmBench(net);
        Ledger buyer = bench.connect(Party.BUYER);
        Ledger other = bench.connect(Party.SELLER)) {
      List<Reader> readers =
          List.of(new Reader(buyer, 1), new Reader(buyer, 3), new Reader(other, 1_000));
      // Nothing of what comes before is to be dropped.
      net.mine(16);
      List<SignedTransaction> sent = new ArrayList<>();
      long tenths = 0;
      int depths = 0;
      for (int i = 0; i < 40; i++) {
        for (int k = random.nextInt(4); k >= 0; k--) {
          long amount = 1L + random.nextInt(9);
          tenths += amount;
          sent.add(transfer(bench, buyer, amount));
        }
        for (Reader reader : readers) {
          for (int k = random.nextInt(4); k > 0; k--) {
            reader.page();
          }
        }
        if (random.nextInt(3) == 0) {
          int depth = 1 + random.nextInt(12);
          depths |= 1 << depth;
          net.reorganise(depth);
          for (SignedTransaction t : sent) {
            // As the engine does: the same bytes once more.
            if (!(buyer.status(t.id()) instanceof TransactionStatus.Done)) {
              buyer.broadcast(t);
              Waiting.done(buyer, t);
            }
          }
        }
      }
      assertThat(other.balance(other.account(), Finality.PENDING))
          .isEqualTo(Edg.of("1000").plus(Edg.of("0.1").times(tenths)));
      assertThat(Integer.bitCount(depths)).isGreaterThan(6);
      try (Ledger fresh = bench.connect(Party.STRANGER)) {
        List<List<Object>> expected = new Reader(fresh, 100).all().places();
        assertThat(expected).hasSizeGreaterThan(20);
        for (Reader reader : readers) {
          assertThat(reader.all().places()).isEqualTo(expected);
          assertThat(reader.retracted).isPositive();
        }
      }
    }
  }

  /**
   * After each step of both ways the chain takes back one to twelve blocks: what was sent is sent
   * again, and reader, agreement and tokens are as if nothing had been.
   */
  @Test
  void everyStepSurvivesEveryDepth() throws Exception {
    boolean nightly = Boolean.getBoolean("edgebeat.nightly");
    try (Devnet net = start();
        EvmBench bench = new EvmBench(net);
        Ledger buyer = bench.connect(Party.BUYER);
        Ledger seller = bench.connect(Party.SELLER)) {
      Map<Party, Ledger> ledgers = Map.of(Party.BUYER, buyer, Party.SELLER, seller);
      Reader reader = new Reader(buyer, 3);
      int steps = 11;
      for (int i = 0; i < (nightly ? steps * DEEPEST : 3 * DEEPEST); i++) {
        int at = i % steps;
        int depth = 1 + (at + i / steps) % DEEPEST;
        // Nothing of what comes before is to be dropped.
        net.mine(DEEPEST + 1);
        Deal deal = new Deal(bench, i);
        boolean literal = at >= 5;
        List<Deal.Step> way = literal ? deal.literal() : deal.compact();
        int until = literal ? at - 5 : at;
        Map<SignedTransaction, Ledger> sent = new LinkedHashMap<>();
        for (int k = 0; k < way.size(); k++) {
          Ledger by = ledgers.get(way.get(k).by());
          sent.put(Persistent.send(by, way.get(k).command()), by);
          if (k == until) {
            reader.all();
            net.reorganise(depth);
            for (Map.Entry<SignedTransaction, Ledger> t : sent.entrySet()) {
              Persistent.finish(t.getValue(), t.getKey());
            }
          }
        }
        AgreementRecord record = buyer.agreement(deal.id(), Finality.PENDING);
        assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
        assertThat(record.paid()).isEqualTo(Edg.of("2"));
      }
      assertThat(reader.all().retracted).isGreaterThanOrEqualTo(DEEPEST);
      try (Ledger fresh = bench.connect(Party.STRANGER)) {
        assertThat(reader.places()).isEqualTo(new Reader(fresh).all().places());
        Balances.check(fresh, bench.funds());
      }
    }
  }

  /** Nobody looked while the chain took back what they had read, and went far on. */
  @Test
  void whatWasTakenBackLongAgoIsTold() throws Exception {
    try (Devnet net = start();
        EvmBench bench = new EvmBench(net);
        Ledger buyer = bench.connect(Party.BUYER)) {
      net.mine(16);
      for (int away : new int[] {20, 80, 400}) {
        SignedTransaction kept = transfer(bench, buyer, 1);
        SignedTransaction dropped = transfer(bench, buyer, 2);
        Reader early = new Reader(buyer, 100).all();
        Reader late = new Reader(buyer, 100);
        int told = early.standing.size();
        assertThat(buyer.status(kept.id())).isInstanceOf(TransactionStatus.Done.class);
        net.reorganise(1);
        net.mine(away);
        // Whoever begins now reads the same blocks by range, and must not hide it from others.
        assertThat(late.all().standing).hasSize(told - 1);
        assertThat(early.all().retracted).isEqualTo(1);
        assertThat(early.places()).isEqualTo(late.places());
        Persistent.finish(buyer, dropped);
        assertThat(early.all().places()).isEqualTo(late.all().places()).hasSize(told);
      }
    }
  }

  /** A history longer than what a follower keeps, read in pages of several sizes. */
  @Test
  void oldBlocksAreReadByRange() throws Exception {
    try (Devnet net = start();
        EvmBench bench = new EvmBench(net);
        Ledger buyer = bench.connect(Party.BUYER)) {
      for (int i = 0; i < 20; i++) {
        SignedTransaction t = transfer(bench, buyer, 1);
        assertThat(t.sender()).isEqualTo(buyer.account());
        net.mine(20);
      }
      List<List<Object>> all = new Reader(buyer, 1_000).all().places();
      assertThat(all).hasSize(20);
      for (int limit : new int[] {1, 7}) {
        assertThat(new Reader(buyer, limit).all().places()).isEqualTo(all);
      }
      // A cursor of long ago goes on where it was, in another connection, too.
      EventPage first = buyer.awaitEvents(LedgerCursor.START, 5, Duration.ZERO);
      try (Ledger later = bench.connect(Party.SELLER)) {
        Reader rest = new Reader(later, 4);
        rest.at = first.next();
        assertThat(rest.all().places()).isEqualTo(all.subList(5, 20));
      }
    }
  }

  private static Devnet start() {
    Anvil.here();
    return Devnet.start();
  }

  private static SignedTransaction transfer(EvmBench bench, Ledger from, long tokens)
      throws InterruptedException {
    SignedTransaction t =
        from.prepare(
            new LedgerCommand.Transfer(
                bench.signer(Party.SELLER).address(), Edg.of("0." + tokens)));
    from.broadcast(t);
    Waiting.done(from, t);
    return t;
  }
}
