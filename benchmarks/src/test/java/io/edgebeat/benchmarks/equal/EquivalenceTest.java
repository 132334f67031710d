package io.edgebeat.benchmarks.equal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.edgebeat.chain.evm.Devnet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A few of the seeds that {@code -Pprove -Dprove=ledger-equivalence} and {@code
 * signature-equivalence} run by the thousand, and whether the comparison notices a ledger that
 * lies.
 */
class EquivalenceTest {
  private static @Nullable Arena arena;

  /** Where anvil is not installed the tests are skipped and say why, or fail where it must be. */
  @BeforeAll
  static void start() throws Exception {
    Optional<String> absent = Devnet.unavailable();
    if (absent.isPresent()) {
      System.getLogger(EquivalenceTest.class.getName())
          .log(System.Logger.Level.WARNING, absent.get());
      if (System.getProperty("edgebeat.components", "optional").equals("required")) {
        fail(absent.get());
      }
      abort(absent.get());
    }
    arena = new Arena();
  }

  @AfterAll
  static void stop() {
    if (arena != null) {
      arena.close();
    }
  }

  private static Arena arena() {
    return Optional.ofNullable(arena).orElseThrow();
  }

  @Test
  void aFewSequencesComeToTheSame() {
    for (long seed = 1; seed <= 6; seed++) {
      Sequence sequence = Author.write(seed, LedgerEquivalence.LENGTH);
      assertThat(sequence.calls()).isEqualTo(LedgerEquivalence.LENGTH);
      assertThat(Duel.fight(sequence, arena(), new Tally())).as("seed %s", seed).isEmpty();
    }
  }

  @Test
  void aSeedIsOneSequence() {
    for (long seed = 1; seed <= 3; seed++) {
      assertThat(Author.write(seed, 50)).hasToString(Author.write(seed, 50).toString());
    }
    assertThat(Author.write(1, 50).toString()).isNotEqualTo(Author.write(2, 50).toString());
  }

  private static Optional<String> lied(Sequence sequence, Lies.Lie lie) {
    arena().reset();
    try (EmbeddedSide embedded = new EmbeddedSide(sequence.world(), sequence.deals());
        Side evm = new Lies(new EvmSide(arena(), sequence.world(), sequence.deals()), lie)) {
      return Duel.fight(sequence, embedded, evm, new Tally());
    }
  }

  @Test
  void everyLieIsFoundAndShortened() {
    Sequence sequence = Author.write(2, LedgerEquivalence.LENGTH);
    for (Lies.Lie lie : Lies.Lie.values()) {
      assertThat(lied(sequence, lie)).as("%s", lie).isPresent();
    }
    Sequence shorter = Shorter.of(sequence, s -> lied(s, Lies.Lie.OUTCOME).isPresent(), 60);
    assertThat(shorter.steps().size()).as("%s", shorter).isLessThanOrEqualTo(2);
  }

  @Test
  void allSeeTheSameSigner() throws Exception {
    int signed = 0;
    try (SolidityRecovery solidity = new SolidityRecovery()) {
      for (long seed = 1; seed <= 3; seed++) {
        for (SignatureEquivalence.Judged judged : SignatureEquivalence.judge(seed, solidity)) {
          assertThat(judged.difference()).as("seed %s", seed).isEmpty();
          signed += judged.signed() ? 1 : 0;
        }
      }
    }
    assertThat(signed).isBetween(SignatureEquivalence.BATCH, 3 * SignatureEquivalence.BATCH - 50);
  }
}
