package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import io.edgebeat.testkit.FakeClock;
import io.edgebeat.testkit.LedgerBench;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** An embedded chain as the contracts want it. */
final class EmbeddedBench implements LedgerBench {
  private final FakeClock clock = FakeClock.create();
  private final Map<Party, KeySigner> keys = new EnumMap<>(Party.class);
  private final Map<Address, Amount> funds = new LinkedHashMap<>();
  private final EmbeddedChain chain;
  private final int finalityDepth;

  EmbeddedBench(int finalityDepth, Function<EmbeddedChain.Config, EmbeddedChain> open) {
    this.finalityDepth = finalityDepth;
    JavaSignatureBackend signatures = new JavaSignatureBackend();
    for (Party party : Party.values()) {
      KeySigner key = Market.key(signatures, party.name());
      keys.put(party, key);
      funds.put(key.address(), Edg.of("1000"));
    }
    chain =
        open.apply(
            EmbeddedChain.config(signatures)
                .clock(clock)
                .funds(funds)
                .finalityDepth(finalityDepth)
                .blockInterval(Duration.ZERO));
  }

  @Override
  public Signer signer(Party party) {
    return keys.get(party);
  }

  @Override
  public Ledger connect(Party party) {
    return chain.connect(keys.get(party));
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
    chain.mine(finalityDepth);
  }

  @Override
  public boolean reorganise() {
    if (chain.reorgDepth() == 0) {
      return false;
    }
    chain.reorg(chain.reorgDepth(), false);
    return true;
  }

  @Override
  public void close() {
    chain.close();
  }
}
