package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.core.sim.SimDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class EmbeddedChainConcurrencyTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 60;

  /** Eight buyers trade with one seller, all at once, while a follower reads. */
  @Test
  @Timeout(120)
  void manyThreadsAndOneChain() throws Exception {
    String[] names = new String[THREADS + 2];
    for (int i = 0; i < THREADS; i++) {
      names[i] = "b" + i;
    }
    names[THREADS] = "seller";
    names[THREADS + 1] = "key";
    FakeSignatures signatures = new FakeSignatures();
    SimDisk disk = new SimDisk(5);
    List<LedgerEntry> followed = new ArrayList<>();
    List<SignedTransaction> sent = new ArrayList<>();
    try (Market m = new Market(signatures, c -> c, c -> EmbeddedChain.open(c, disk), names);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1)) {
      List<Future<List<SignedTransaction>>> trades = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        String buyer = names[i];
        int salt = i;
        trades.add(pool.submit(() -> trade(m, buyer, salt)));
      }
      int events = THREADS * ROUNDS * 3;
      Future<List<LedgerEntry>> follower = pool.submit(() -> follow(m, events));
      for (Future<List<SignedTransaction>> trade : trades) {
        sent.addAll(trade.get(100, TimeUnit.SECONDS));
      }
      followed.addAll(follower.get(100, TimeUnit.SECONDS));
      assertThat(followed).isEqualTo(m.events()).hasSize(events);
      for (SignedTransaction t : sent) {
        assertThat(m.any().status(t.id())).isInstanceOf(TransactionStatus.Done.class);
      }
      assertThat(m.balance("seller")).isEqualTo(Edg.of("" + (1000 + THREADS * ROUNDS)));
      assertThat(m.chain.audit()).matches(Audit::isExact);
      assertThat(m.chain.head().number()).isLessThanOrEqualTo(sent.size());
    }
    try (Market again = new Market(signatures, c -> c, c -> EmbeddedChain.open(c, disk), names)) {
      assertThat(again.events()).isEqualTo(followed);
    }
  }

  private static List<SignedTransaction> trade(Market m, String buyer, int salt) {
    List<SignedTransaction> sent = new ArrayList<>();
    Ledger own = m.ledgers.get(buyer);
    Ledger seller = m.ledgers.get("seller");
    for (int round = 0; round < ROUNDS; round++) {
      Agreement t = m.agreement(buyer, "seller", "key", salt);
      Agreement a =
          new Agreement(
              t.buyer(),
              t.seller(),
              t.voucherKey(),
              t.deposit(),
              t.fee(),
              t.openBy(),
              t.expiry().plusSeconds(round),
              t.challenge(),
              0,
              0,
              t.funding(),
              t.termsHash());
      SignedTransaction open = own.prepare(m.open(a, buyer, "seller"));
      own.broadcast(open);
      assertThat(m.record(a).status()).isEqualTo(AgreementStatus.OPEN);
      // The seller's nonces are shared by eight threads, so some wait for others.
      SignedTransaction claim =
          seller.prepare(new LedgerCommand.Claim(a, m.voucher(a, "key", Edg.of("0.5"))));
      SignedTransaction settle = seller.prepare(m.settle(a, Edg.of("1"), "key", "seller"));
      seller.broadcast(settle);
      seller.broadcast(claim);
      sent.addAll(List.of(open, claim, settle));
    }
    return sent;
  }

  private static List<LedgerEntry> follow(Market m, int count) {
    List<LedgerEntry> all = new ArrayList<>();
    LedgerCursor at = LedgerCursor.START;
    while (all.size() < count) {
      EventPage page = m.any().awaitEvents(at, 7, Duration.ofSeconds(60));
      assertThat(page.entries()).isNotEmpty();
      all.addAll(page.entries());
      at = page.next();
    }
    return all;
  }
}
