package io.edgebeat.core.pay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Receipt;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The chains of ticks that a buyer reveals, and those with which a seller acknowledges them. */
class ChainsTest {
  private static final AgreementId ID = new AgreementId(ContentId.sha256(new byte[] {1}));
  private static final Amount CAP = Edg.units(1_000_000);
  private static final Amount TICK = Edg.units(2);
  private static final int TICKS = 5;

  private final Purse purse = new Purse();
  private final Till till = new Till();
  private long sequence;

  private static Secret seed(String of, long no) {
    return Secret.of(ContentId.sha256((of + no).getBytes(StandardCharsets.UTF_8)).toBytes());
  }

  /** The buyer pays with a new voucher, the seller takes it and draws its own chain for it. */
  private void nextVoucher() {
    sequence++;
    Amount paid = purse.value(Edg.units(0));
    Bytes32[] links = TickChain.links(ID, Bytes32.of(seed("ticks", sequence).reveal()), TICKS);
    Voucher voucher = new Voucher(ID, sequence, paid, links[0], TICK, TICKS, Bytes32.ZERO);
    till.check(voucher, ID, TICK, CAP);
    byte[] bytes = new byte[65];
    bytes[63] = (byte) sequence;
    Signed<Voucher> signed = new Signed<>(voucher, Signature.of(bytes));
    purse.seed(seed("ticks", sequence));
    purse.vouched(signed);
    till.accepted(signed);
    till.ackSeed(ID, sequence, seed("acks", sequence), 1);
    purse.receipt(new Receipt(ID, 1, sequence, paid, till.ackAnchor(), Bytes32.ZERO, Bytes32.ZERO));
  }

  private void payAll() {
    PeerMessage.Ticks ticks = purse.reveal(TICKS);
    assertThat(till.check(ticks, TICKS)).isTrue();
    purse.revealed(ticks);
    till.accepted(ticks);
  }

  private void deliverAll() {
    PeerMessage.Ack ack = till.ack(till.held()).orElseThrow();
    purse.check(ID, ack, 1);
    till.acknowledged(ack.delivered());
    purse.acknowledged(ack.delivered());
  }

  @Test
  void moreVouchersThanMayWaitAreTakenWhenEachIsDelivered() {
    for (int i = 0; i < 200; i++) {
      nextVoucher();
      payAll();
      deliverAll();
      assertThat(purse.ackChains()).isEqualTo(1);
    }
    assertThat(till.acknowledged()).isEqualTo(200 * TICKS);
    assertThat(till.value(Edg.units(0))).isEqualTo(Edg.units(200 * TICKS * 2));
    assertThat(purse.value(Edg.units(0))).isEqualTo(Edg.units(200 * TICKS * 2));
  }

  @Test
  void vouchersThatWaitForDeliveryAreLimited() {
    for (int i = 0; i < 64; i++) {
      nextVoucher();
      payAll();
    }
    assertThatThrownBy(this::nextVoucher)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_PAYMENT))
        .hasMessage("64 vouchers wait for the delivery of what they pay");
    deliverAll();
    sequence--;
    assertThatCode(this::nextVoucher).doesNotThrowAnyException();
  }

  @Test
  void anAnchorAcknowledgesNothing() {
    nextVoucher();
    payAll();
    deliverAll();
    nextVoucher();
    long delivered = till.acknowledged();
    assertThatThrownBy(() -> purse.check(ID, new PeerMessage.Ack(delivered, till.ackAnchor()), 1))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_PAYMENT))
        .hasMessageContaining("acknowledgement of tick " + delivered);
    PeerMessage.Ack next = till.ack(delivered + 1).orElseThrow();
    assertThatCode(() -> purse.check(ID, next, 1)).doesNotThrowAnyException();
    assertThatThrownBy(
            () -> purse.check(ID, new PeerMessage.Ack(delivered + 2, next.preimage()), 2))
        .hasMessageContaining("acknowledgement of tick " + (delivered + 2));
  }

  @Test
  void aTickIsRevealedOnce() {
    nextVoucher();
    payAll();
    assertThatThrownBy(() -> purse.reveal(TICKS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no tick " + TICKS + " to reveal");
    assertThatThrownBy(() -> purse.reveal(TICKS + 1)).isInstanceOf(IllegalStateException.class);
  }
}
