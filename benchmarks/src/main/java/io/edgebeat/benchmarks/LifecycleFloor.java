package io.edgebeat.benchmarks;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.TickChain;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * The arithmetic that the parties of one agreement and its ledger cannot do without, and nothing
 * else: no message, no journal, no thread. What is left of the machine's rate is EdgeBeat's own
 * cost, whatever the machine is and whoever shares it.
 */
final class LifecycleFloor {
  /**
   * Both sign the agreement, two receipts and two transactions; the buyer order, voucher and
   * settlement.
   */
  static final int SIGNATURES = 9;

  /** By keys that were seen before: offer, voucher, two receipts, two transactions. */
  static final int VERIFICATIONS = 6;

  /**
   * Of new keys, or because the ledger sees it: acceptance and settlement, by who hands them on and
   * by the ledger; the order, by a key that is new with each agreement.
   */
  static final int RECOVERIES = 5;

  private static final int DIGESTS = SIGNATURES + VERIFICATIONS + RECOVERIES;

  private final SignatureBackend backend = EdgeBeat.signatures();
  private final SecureRandom random = new SecureRandom();
  private final Secret key = KeySigner.generateKey(random);
  private final PublicKey known = backend.publicKey(key);

  /** Agreements a second of one core, by this thread's processor time; warm. */
  double perSecond(int count, int ticks) {
    work(count / 3 + 1, ticks);
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work(count, ticks);
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    return count * 1e9 / nanos;
  }

  private void work(int count, int ticks) {
    Bytes32 separator = Bytes32.ZERO;
    for (int i = 0; i < count; i++) {
      Address voucherKey = backend.publicKey(KeySigner.generateKey(random)).address();
      Agreement agreement =
          new Agreement(
              known.address(),
              known.address(),
              voucherKey,
              Edg.of("1"),
              Edg.of("0.01"),
              Instant.ofEpochSecond(1),
              Instant.ofEpochSecond(2),
              Duration.ofDays(1),
              0,
              0,
              Agreement.Funding.WALLET,
              Bytes32.ZERO);
      Bytes32 digest = agreement.digest(separator);
      for (int n = 1; n < DIGESTS; n++) {
        digest = agreement.digest(separator);
      }
      Signature signature = backend.sign(digest, key);
      for (int n = 1; n < SIGNATURES; n++) {
        signature = backend.sign(digest, key);
      }
      boolean good = true;
      for (int n = 0; n < VERIFICATIONS; n++) {
        good &= backend.verify(digest, signature, known);
      }
      for (int n = 0; n < RECOVERIES; n++) {
        good &= backend.recover(digest, signature).filter(known::equals).isPresent();
      }
      // The buyer's chain twice, to anchor and to keep it; the seller's for what it acknowledges.
      AgreementId id = new AgreementId(digest);
      Bytes32 seed = Bytes32.of(key.reveal());
      good &= TickChain.back(id, seed, ticks).equals(TickChain.links(id, seed, ticks)[0]);
      good &= TickChain.links(id, seed, ticks).length == ticks + 1;
      if (!good) {
        throw new IllegalStateException("a signature or chain did not check");
      }
    }
  }
}
