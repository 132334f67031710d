package io.edgebeat.core.pay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.storage.ContentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a key has signed it does not contradict. */
class GuardsTest {
  private static final AgreementId ID = new AgreementId(ContentId.sha256(new byte[] {1}));
  private static final Amount NOTHING = Edg.units(0);
  private static final Amount CAP = Edg.units(100);

  /** Every signature differs, as with a signer that draws random numbers. */
  private final AtomicInteger signatures = new AtomicInteger();

  private <T extends io.edgebeat.api.identity.TypedMessage> Signed<T> sign(T message) {
    byte[] bytes = new byte[65];
    bytes[63] = (byte) signatures.incrementAndGet();
    return new Signed<>(message, Signature.of(bytes));
  }

  private static Voucher voucher(AgreementId id, long sequence, long cumulative, int ticks) {
    return new Voucher(
        id,
        sequence,
        Edg.units(cumulative),
        ticks == 0 ? Bytes32.ZERO : ContentId.sha256(new byte[] {2}),
        Edg.units(ticks == 0 ? 0 : 2),
        ticks,
        Bytes32.ZERO);
  }

  private static void refused(ErrorCode code, String part, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  private Signed<Voucher> sign(VoucherGuard guard, Voucher voucher, long revealed) {
    return guard.sign(voucher, Edg.units(revealed), CAP, this::sign);
  }

  @Test
  void aVoucherIsSignedOnceAndGivenOutAgainAsTheSameBytes() {
    VoucherGuard guard = new VoucherGuard();
    Signed<Voucher> first = sign(guard, voucher(ID, 1, 10, 5), 0);
    assertThat(sign(guard, voucher(ID, 1, 10, 5), 0)).isSameAs(first);
    assertThat(signatures.get()).isEqualTo(1);
  }

  @Test
  void whatContradictsAnEarlierVoucherIsNotSigned() {
    VoucherGuard guard = new VoucherGuard();
    sign(guard, voucher(ID, 1, 10, 5), 0);
    ErrorCode conflict = ErrorCode.CONFLICTING_SIGNATURE;
    refused(conflict, "the next one is voucher 2", () -> sign(guard, voucher(ID, 1, 11, 5), 0));
    refused(conflict, "the next one is voucher 2", () -> sign(guard, voucher(ID, 3, 20, 0), 0));
    refused(
        conflict, Edg.units(14) + " were revealed", () -> sign(guard, voucher(ID, 2, 13, 0), 14));
    AgreementId other = new AgreementId(ContentId.sha256(new byte[] {9}));
    refused(conflict, ID.toString(), () -> sign(guard, voucher(other, 2, 14, 0), 14));
    sign(guard, voucher(ID, 2, 14, 0), 14);
    guard.close();
    refused(conflict, "settlement", () -> sign(guard, voucher(ID, 3, 20, 0), 14));
    assertThat(signatures.get()).isEqualTo(2);
  }

  @Test
  void aKeySpendsNoMoreThanItsCap() {
    VoucherGuard guard = new VoucherGuard();
    refused(ErrorCode.BAD_AMOUNT, CAP.toString(), () -> sign(guard, voucher(ID, 1, 91, 5), 0));
    assertThat(sign(guard, voucher(ID, 1, 90, 5), 0)).isNotNull();
  }

  @Test
  void theJournalsVoucherCountsAfterARestart() {
    VoucherGuard before = new VoucherGuard();
    Signed<Voucher> first = sign(before, voucher(ID, 1, 10, 5), 0);
    VoucherGuard guard = new VoucherGuard();
    guard.recorded(first);
    assertThat(sign(guard, voucher(ID, 1, 10, 5), 0)).isSameAs(first);
    refused(
        ErrorCode.CONFLICTING_SIGNATURE, "voucher 1", () -> sign(guard, voucher(ID, 1, 12, 5), 0));
  }

  @Test
  void anEarlierVoucherThatIsToldAgainChangesNothing() {
    VoucherGuard before = new VoucherGuard();
    Signed<Voucher> first = sign(before, voucher(ID, 1, 10, 5), 0);
    Signed<Voucher> second = sign(before, voucher(ID, 2, 20, 5), 10);
    VoucherGuard guard = new VoucherGuard();
    guard.recorded(second);
    guard.recorded(first);
    assertThat(guard.last()).isSameAs(second);
    assertThat(sign(guard, voucher(ID, 2, 20, 5), 10)).isSameAs(second);
    refused(
        ErrorCode.CONFLICTING_SIGNATURE,
        "the next one is voucher 3",
        () -> sign(guard, voucher(ID, 1, 10, 5), 0));
  }

  @Test
  void ofManyThreadsOneGetsTheNumber() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      VoucherGuard guard = new VoucherGuard();
      Set<Signed<Voucher>> signed = ConcurrentHashMap.newKeySet();
      CountDownLatch go = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long cumulative = 10L + i;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        go.await();
                        signed.add(sign(guard, voucher(ID, 1, cumulative, 0), 0));
                      } catch (EdgeBeatException refused) {
                        assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICTING_SIGNATURE);
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }));
      }
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(signed).hasSize(1);
    }
  }

  @Test
  void oneSettlementIsSignedAndNoSecondOne() {
    SettlementGuard guard = new SettlementGuard();
    Settlement first = new Settlement(ID, Edg.units(40), Bytes32.ZERO);
    refused(
        ErrorCode.BAD_AMOUNT,
        "only " + Edg.units(39),
        () -> guard.sign(first, Edg.units(39), this::sign));
    assertThat(guard.signed()).isNull();
    Signed<Settlement> signed = guard.sign(first, Edg.units(40), this::sign);
    assertThat(guard.signed()).isSameAs(signed);
    assertThat(guard.sign(first, Edg.units(40), this::sign)).isSameAs(signed);
    refused(
        ErrorCode.CONFLICTING_SIGNATURE,
        Edg.units(40).toString(),
        () -> guard.sign(new Settlement(ID, NOTHING, Bytes32.ZERO), Edg.units(40), this::sign));
    assertThat(signatures.get()).isEqualTo(1);
  }
}
