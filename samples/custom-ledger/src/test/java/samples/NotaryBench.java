package samples;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.testkit.FakeClock;
import io.edgebeat.testkit.LedgerBench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** A notary of its own for each test, whose clock the test moves. */
final class NotaryBench implements LedgerBench {
  final FakeClock clock = FakeClock.create();
  final KeyPair notaryKey = newKey();
  final Notary notary;
  private final Map<Party, KeySigner> keys = new EnumMap<>(Party.class);
  private final Map<Address, Amount> funds = new HashMap<>();

  NotaryBench() throws IOException {
    notary = new Notary(Files.createTempFile("notary", ".log"), notaryKey, clock, 0);
    for (Party party : Party.values()) {
      KeySigner key = KeySigner.generate(EdgeBeat.signatures(), new SecureRandom());
      keys.put(party, key);
      funds.put(key.address(), Edg.of("1000"));
    }
  }

  static KeyPair newKey() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  NotaryLog log() {
    return new NotaryLog(notary.uri(), notaryKey.getPublic());
  }

  @Override
  public Signer signer(Party party) {
    return keys.get(party);
  }

  @Override
  public Ledger connect(Party party) {
    return EdgeBeat.ledger(log(), LedgerOrigin.of(1, funds), keys.get(party));
  }

  @Override
  public Map<Address, Amount> funds() {
    return funds;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public void advance(Duration by) {
    clock.advance(by);
  }

  @Override
  public void confirm() {
    // What a notary has signed is final.
  }

  @Override
  public void close() {
    try {
      notary.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
