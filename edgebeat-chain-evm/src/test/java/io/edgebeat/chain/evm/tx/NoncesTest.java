package io.edgebeat.chain.evm.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.storage.ContentId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NoncesTest {
  private static Bytes32 id(int n) {
    return ContentId.sha256(new byte[] {(byte) n});
  }

  @Test
  void nobodyGetsANonceTwiceAndNoneIsLeftOut() throws Exception {
    Nonces nonces = new Nonces();
    List<Callable<Set<Long>>> senders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int count = 1 + i % 2;
      senders.add(
          () -> {
            Set<Long> mine = new HashSet<>();
            for (int n = 0; n < 500; n++) {
              List<Long> taken = nonces.take(5, count);
              if (n % 3 == 0) {
                nonces.giveBack(taken);
                continue;
              }
              mine.addAll(taken);
            }
            return mine;
          });
    }
    Set<Long> all = new HashSet<>();
    int sum = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (var result : threads.invokeAll(senders)) {
        all.addAll(result.get());
        sum += result.get().size();
      }
    }
    assertThat(all).hasSize(sum);
    // What is left is taken before anything new: then there is no gap.
    long left = one(nonces, 5);
    while (left < 5 + sum) {
      assertThat(all.add(left)).isTrue();
      left = one(nonces, 5);
    }
    for (long n = 5; n < 5 + sum; n++) {
      assertThat(all).contains(n);
    }
  }

  private static long one(Nonces nonces, long onChain) {
    return nonces.take(onChain, 1).getFirst();
  }

  @Test
  void afterARestartGapsAreFilledAndKnownOnesKept() {
    Nonces nonces = new Nonces();
    nonces.sent(id(1), List.of(12L, 14L));
    nonces.sent(id(2), List.of(16L));
    assertThat(nonces.lowest(10)).isEqualTo(10);
    assertThat(one(nonces, 10)).isEqualTo(10);
    // Two that are not in a row: what is left out stops all behind it.
    assertThat(nonces.take(10, 2)).containsExactly(11L, 13L);
    assertThat(nonces.take(10, 2)).containsExactly(15L, 17L);
    assertThat(nonces.lowest(10)).isEqualTo(18);
    assertThat(one(nonces, 30)).isEqualTo(30);
    assertThat(nonces.of(id(1))).containsExactly(12L, 14L);
    assertThat(nonces.lastOf(id(1))).contains(14L);
    assertThat(nonces.of(id(3))).isEmpty();
    assertThat(nonces.lastOf(id(3))).isEmpty();
  }

  @Test
  void whatWasSentIsNotGivenBackAndWhatWasNotIsOnce() {
    Nonces nonces = new Nonces();
    nonces.signed(id(1), nonces.take(0, 1));
    nonces.signed(id(2), nonces.take(0, 2));
    nonces.sent(id(1), List.of(0L));
    nonces.sent(id(3), List.of(7L));
    assertThat(nonces.abandon(id(1))).isFalse();
    assertThat(nonces.abandon(id(3))).isFalse();
    assertThat(nonces.abandon(id(2))).isTrue();
    assertThat(nonces.abandon(id(2))).isFalse();
    assertThat(nonces.take(0, 7)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 8L);
  }

  /** A node that is wrong is wrong for the one that asked it, and for nobody after that. */
  @Test
  void whatANodeSaidOnceDoesNotCountForTheNext() {
    Nonces nonces = new Nonces();
    assertThat(one(nonces, 5)).isEqualTo(5);
    List<Long> wrong = nonces.take(1_000_000_000_000L, 2);
    assertThat(wrong).containsExactly(1_000_000_000_000L, 1_000_000_000_001L);
    // Also while it is in use, and below what is under way nothing is given out twice.
    assertThat(one(nonces, 5)).isEqualTo(6);
    assertThat(one(nonces, 2)).isEqualTo(2);
    assertThat(nonces.take(5, 2)).containsExactly(7L, 8L);
    assertThat(nonces.isFollowed(8)).isTrue();
    nonces.giveBack(wrong);
    assertThat(nonces.isFollowed(8)).isFalse();
    assertThat(one(nonces, 5)).isEqualTo(9);
  }

  /** What lies between is not counted one by one: nobody would live to see the end. */
  @Test
  @Timeout(60)
  void howFarApartTheyAreDoesNotMatter() {
    Nonces nonces = new Nonces();
    for (int i = 0; i < 62; i++) {
      nonces.sent(id(i), List.of((1L << i) - 1, 1L << i));
    }
    assertThat(nonces.take(0, 3)).containsExactly(5L, 6L, 9L);
    assertThat(one(nonces, 1L << 61)).isEqualTo((1L << 61) + 1);
  }

  /** A node that is behind is wrong, too: what is final here has all below it behind it. */
  @Test
  void whatIsFinalIsGoneWhateverANodeSaysLater() {
    Nonces nonces = new Nonces();
    nonces.signed(id(1), nonces.take(100, 2));
    nonces.signed(id(2), nonces.take(100, 1));
    nonces.concluded(id(1));
    assertThat(nonces.of(id(1))).isEmpty();
    assertThat(one(nonces, 98)).isEqualTo(103);
    assertThat(nonces.abandon(id(2))).isTrue();
    assertThat(one(nonces, 0)).isEqualTo(102);
  }

  @Test
  void aReplacementThatIsAbandonedLeavesTheNonceToTheFirst() {
    Nonces nonces = new Nonces();
    List<Long> taken = nonces.take(0, 1);
    nonces.signed(id(1), taken);
    nonces.signed(id(2), taken);
    assertThat(nonces.isReplaced(id(1))).isFalse();
    assertThat(nonces.abandon(id(2))).isTrue();
    assertThat(nonces.isUsed(0)).isTrue();
    assertThat(one(nonces, 0)).isEqualTo(1);
    assertThat(nonces.abandon(id(1))).isTrue();
    assertThat(nonces.isUsed(0)).isFalse();
    assertThat(nonces.isFollowed(0)).isTrue();
    assertThat(one(nonces, 0)).isZero();
  }

  @Test
  void whatWasSentInItsPlaceReplacesIt() {
    Nonces nonces = new Nonces();
    List<Long> taken = nonces.take(0, 2);
    nonces.signed(id(1), taken);
    nonces.signed(id(2), taken);
    nonces.sent(id(2), taken);
    assertThat(nonces.isReplaced(id(1))).isTrue();
    assertThat(nonces.isReplaced(id(2))).isFalse();
  }

  @Test
  void feesStayBelowTheCap() {
    GasPolicy policy = GasPolicy.gwei(2, 100);
    BigInteger gwei = BigInteger.TEN.pow(9);
    Fees fees = policy.offer(gwei.multiply(BigInteger.valueOf(30)));
    assertThat(fees)
        .isEqualTo(new Fees(gwei.multiply(BigInteger.TWO), gwei.multiply(BigInteger.valueOf(62))));
    assertThat(policy.offer(gwei.multiply(BigInteger.valueOf(90))).limit()).isEqualTo(policy.cap());
    assertThatThrownBy(() -> policy.offer(gwei.multiply(BigInteger.valueOf(99))))
        .isInstanceOf(EdgeBeatException.class)
        .hasMessageContaining("gasPriceCapGwei");
    Fees raised = policy.raise(fees, 10, gwei);
    assertThat(raised.tip().multiply(BigInteger.TEN))
        .isGreaterThanOrEqualTo(fees.tip().multiply(BigInteger.valueOf(11)));
    assertThat(raised.limit().multiply(BigInteger.TEN))
        .isGreaterThanOrEqualTo(fees.limit().multiply(BigInteger.valueOf(11)));
    assertThatThrownBy(() -> policy.raise(fees, 100, gwei)).isInstanceOf(EdgeBeatException.class);
  }
}
