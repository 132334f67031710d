package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import io.edgebeat.testkit.FakeClock;
import io.edgebeat.testkit.LedgerBench;
import io.edgebeat.testkit.LedgerContract;
import io.edgebeat.testkit.LedgerMoneyContract;
import io.edgebeat.testkit.LedgerRefusalContract;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ledgers that are computed of a log, each by its own reader. */
class ReplayedLedgerContractTest
    implements LedgerContract, LedgerMoneyContract, LedgerRefusalContract {
  @Override
  public LedgerBench createBench() {
    FakeClock clock = FakeClock.create();
    MemoryLog log = MemoryLog.empty(clock);
    JavaSignatureBackend signatures = new JavaSignatureBackend();
    Map<Address, Amount> funds = new LinkedHashMap<>();
    for (LedgerBench.Party party : LedgerBench.Party.values()) {
      funds.put(Market.key(signatures, party.name()).address(), Edg.of("1000"));
    }
    LedgerOrigin origin = LedgerOrigin.of(7, funds);
    return new LedgerBench() {
      @Override
      public Signer signer(Party party) {
        return key(party);
      }

      private KeySigner key(Party party) {
        return Market.key(signatures, party.name());
      }

      @Override
      public Ledger connect(Party party) {
        return new ReplayedLedger(log.again(), origin, key(party), signatures);
      }

      @Override
      public Map<Address, Amount> funds() {
        return funds;
      }

      @Override
      public Instant now() {
        return LedgerTime.floor(clock.instant());
      }

      @Override
      public void advance(Duration by) {
        clock.advance(by);
      }

      @Override
      public void confirm() {
        // What the log gives out is final.
      }

      @Override
      public void close() {
        log.close();
      }
    };
  }
}
