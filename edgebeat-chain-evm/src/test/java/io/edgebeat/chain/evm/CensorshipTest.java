package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.Watchtower;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.WatchOrder;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.testkit.Balances;
import io.edgebeat.testkit.LedgerBench.Party;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * For half of the time that a seller has to claim, nothing of its watchtower gets into a block: the
 * claim is in before the deadline all the same.
 */
@Timeout(120)
class CensorshipTest {
  /** How it is kept out. */
  enum Censor {
    /** Blocks are made without it; it waits in the pool. */
    PASSED_OVER,
    /** The pool forgets it each time. */
    DROPPED,
    /** The tower is made anew each time, too. */
    DROPPED_AND_RESTARTED
  }

  private static final int STEPS = 12;

  @TempDir Path directory;

  private static void tell(Devnet net, String method, Json... params) {
    try (Rpc rpc = new Rpc(List.of(net.uri()), RpcLimits.DEFAULTS)) {
      Call<Boolean> call = Call.of(method, json -> true, params);
      boolean done = rpc.ask(call);
      assertThat(done).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theClaimIsInBeforeTheDeadline(Censor censor) throws Exception {
    Anvil.here();
    try (Devnet net = Devnet.start();
        EvmBench bench = new EvmBench(net);
        Ledger buyer = bench.connect(Party.BUYER)) {
      Deal deal = new Deal(bench, 1);
      Persistent.send(buyer, deal.open());
      Ledger sending = bench.connect(Party.STRANGER);
      Watchtower tower = Watchtower.open(sending, EvmBench.SIGNATURES, directory.resolve("tower"));
      try {
        tower.watch(new WatchOrder(deal.agreement, deal.voucher(Edg.of("2"))));
        Persistent.send(buyer, new LedgerCommand.RequestClose(deal.agreement));
        Instant deadline = buyer.agreement(deal.id(), Finality.PENDING).deadline().orElseThrow();
        Duration step = deal.agreement.challenge().dividedBy(2L * STEPS);
        net.automine(false);
        int sent = 0;
        for (int i = 0; i < STEPS; i++) {
          for (int k = 0; k < 3; k++) {
            sent += tower.doWork(Duration.ZERO);
          }
          if (censor == Censor.PASSED_OVER) {
            // Its blocks have no room for it.
            tell(net, "evm_setBlockGasLimit", Json.of(Hex.of(30_000)));
            net.advance(step);
            tell(net, "evm_setBlockGasLimit", Json.of(Hex.of(30_000_000)));
          } else {
            tell(net, "anvil_dropAllTransactions");
            net.advance(step);
          }
          if (censor == Censor.DROPPED_AND_RESTARTED) {
            tower.close();
            sending.close();
            sending = bench.connect(Party.STRANGER);
            tower = Watchtower.open(sending, EvmBench.SIGNATURES, directory.resolve("tower"));
          }
        }
        assertThat(sent).isGreaterThan(STEPS);
        assertThat(buyer.agreement(deal.id(), Finality.PENDING).claimed()).isEqualTo(Edg.of("0"));
        // Half of the time is over, and nobody holds it back any more.
        for (int k = 0; k < 3; k++) {
          tower.doWork(Duration.ZERO);
          net.advance(step);
        }
        AgreementRecord record = buyer.agreement(deal.id(), Finality.PENDING);
        assertThat(record.status()).isEqualTo(AgreementStatus.CLOSING);
        assertThat(record.claimed()).isEqualTo(Edg.of("2"));
        assertThat(net.now()).isBefore(deadline);
        net.automine(true);
        net.advance(deal.agreement.challenge());
        Persistent.send(buyer, new LedgerCommand.Finalize(deal.agreement));
        assertThat(buyer.agreement(deal.id(), Finality.PENDING).paid()).isEqualTo(Edg.of("2"));
        Balances.check(buyer, bench.funds());
      } finally {
        tower.close();
        sending.close();
      }
    }
  }
}
