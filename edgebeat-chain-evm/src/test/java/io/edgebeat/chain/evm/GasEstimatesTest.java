package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.chain.evm.market.MarketCall;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is asked of a node before a transaction, and what a call gets. */
class GasEstimatesTest {
  private static final Address SOMEBODY = Address.of(new byte[20]);
  private static final LedgerCommand DEPOSIT = new LedgerCommand.VaultDeposit(Edg.of("1"));
  private static final MarketCall CALL =
      new MarketCall(SOMEBODY, Blob.EMPTY, BigInteger.ZERO, 150_000, "");

  private final GasEstimates estimates = new GasEstimates();

  private static LedgerCommand.Open open(long tenant, long policy) {
    Instant time = Instant.ofEpochSecond(1);
    return new LedgerCommand.Open(
        new Agreement(
            SOMEBODY,
            SOMEBODY,
            SOMEBODY,
            Edg.of("1"),
            Edg.of("1"),
            time,
            time,
            Duration.ZERO,
            tenant,
            policy,
            Agreement.Funding.WALLET,
            Bytes32.ZERO),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void whatFitsByFarIsAskedOnceInAWhile() {
    estimates.seen(1_000);
    assertThat(estimates.isNeeded(DEPOSIT)).isTrue();
    assertThat(estimates.isNeeded(DEPOSIT)).isTrue();
    assertThat(estimates.limit(DEPOSIT, CALL, 60_000)).isEqualTo(150_000);
    assertThat(estimates.isNeeded(DEPOSIT)).isFalse();
    assertThat(estimates.isNeeded(new LedgerCommand.VaultWithdraw(Edg.of("1")))).isTrue();
    estimates.seen(1_063);
    assertThat(estimates.isNeeded(DEPOSIT)).isFalse();
    estimates.seen(1_064);
    assertThat(estimates.isNeeded(DEPOSIT)).isTrue();
    // Others go on while one asks.
    assertThat(estimates.isNeeded(DEPOSIT)).isFalse();
  }

  /** A chain that counts otherwise is asked each time, and believed to some extent. */
  @Test
  void whatDoesNotFitIsAskedEachTime() {
    estimates.seen(1_000);
    assertThat(estimates.limit(DEPOSIT, CALL, 60_000)).isEqualTo(150_000);
    assertThat(estimates.limit(DEPOSIT, CALL, 200_000)).isEqualTo(270_000);
    assertThat(estimates.isNeeded(DEPOSIT)).isTrue();
    assertThat(estimates.limit(DEPOSIT, CALL, 1L << 40)).isEqualTo(1_150_000);
  }

  @Test
  void whatMayRunOrLastLongerIsAlwaysAsked() {
    for (LedgerCommand command :
        new LedgerCommand[] {
          open(1, 0),
          open(0, 1),
          new LedgerCommand.AcceptOffer(open(1, 0).agreement()),
          new LedgerCommand.Release(open(0, 0).agreement(), Optional.empty())
        }) {
      assertThat(estimates.limit(command, CALL, 60_000)).isEqualTo(150_000);
      assertThat(estimates.isNeeded(command)).as(command.name()).isTrue();
    }
    assertThat(estimates.limit(open(0, 0), CALL, 60_000)).isEqualTo(150_000);
    assertThat(estimates.isNeeded(open(0, 0))).isFalse();
  }
}
