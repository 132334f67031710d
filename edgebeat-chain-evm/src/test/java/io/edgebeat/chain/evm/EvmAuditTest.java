package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.testkit.LedgerBench.Party;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a market holds is counted against what it owes. */
@Timeout(60)
class EvmAuditTest {
  @Test
  void whatNobodyIsOwedIsNoticed() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        Ledger ledger = bench.connect(Party.BUYER)) {
      Set<Address> buyer = Set.of(ledger.account());
      assertThat(exact(bench, ledger, buyer)).isTrue();
      SignedTransaction deposit = ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("3")));
      ledger.broadcast(deposit);
      Waiting.done(ledger, deposit);
      assertThat(exact(bench, ledger, buyer)).isTrue();
      assertThat(exact(bench, ledger, Set.of())).as("three tokens of nobody").isFalse();
    }
  }

  private static boolean exact(EvmBench bench, Ledger ledger, Set<Address> accounts) {
    return EvmAudit.isExact(bench.net.uri(), bench.deployment, ledger, accounts);
  }
}
