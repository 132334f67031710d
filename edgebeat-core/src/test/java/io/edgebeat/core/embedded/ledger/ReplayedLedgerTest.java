package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import io.edgebeat.testkit.FakeClock;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is particular to a ledger that is computed of a log. */
final class ReplayedLedgerTest {
  private final JavaSignatureBackend signatures = new JavaSignatureBackend();
  private final FakeClock clock = FakeClock.create();
  private final MemoryLog log = MemoryLog.empty(clock);
  private final KeySigner rich = Market.key(signatures, "rich");
  private final KeySigner poor = Market.key(signatures, "poor");
  private final LedgerOrigin origin = LedgerOrigin.of(7, Map.of(rich.address(), Edg.of("1000")));

  private ReplayedLedger on(MemoryLog reader, KeySigner signer) {
    return new ReplayedLedger(reader, origin, signer, signatures);
  }

  private LedgerCommand pay(String amount) {
    return new LedgerCommand.Transfer(poor.address(), Edg.of(amount));
  }

  private SignedTransaction send(Ledger ledger, String amount) {
    SignedTransaction sent = ledger.prepare(pay(amount));
    ledger.broadcast(sent);
    return sent;
  }

  private Amount held(Ledger ledger) {
    return ledger.balance(poor.address(), Finality.FINAL);
  }

  @Test
  void whatNobodyCanReadMovesNothing() throws IOException {
    Ledger ledger = on(log, rich);
    send(ledger, "1");
    SignedTransaction second = ledger.prepare(pay("2"));
    byte[] forged = second.bytes().toBytes();
    forged[forged.length - 2] ^= 1;
    log.append(Blob.of(new byte[] {1, 2, 3}));
    log.append(Blob.EMPTY);
    log.append(Blob.of(forged));
    assertThat(held(ledger)).isEqualTo(Edg.of("1"));
    ledger.broadcast(second);
    log.append(second.bytes());
    assertThat(held(ledger)).isEqualTo(Edg.of("3"));
    EventPage page = ledger.awaitEvents(LedgerCursor.START, 10, Duration.ZERO);
    assertThat(page.entries()).hasSize(2).last().matches(e -> e.block() == 5 && e.index() == 0);
    assertThat(page.head().number()).isEqualTo(6);
  }

  @Test
  void whoBeginsLaterComesToTheSame() {
    Ledger first = on(log, rich);
    for (int i = 1; i <= 10; i++) {
      clock.advance(Duration.ofSeconds(i));
      send(first, "" + i);
    }
    clock.advance(Duration.ofHours(1));
    Ledger late = on(log.again(), poor);
    assertThat(late.awaitEvents(LedgerCursor.START, 100, Duration.ZERO))
        .isEqualTo(first.awaitEvents(LedgerCursor.START, 100, Duration.ZERO));
    assertThat(held(late)).isEqualTo(Edg.of("55"));
    assertThat(late.prepare(pay("1")).nonce()).isZero();
    assertThat(on(log.again(), rich).prepare(pay("1")).nonce()).isEqualTo(10);
  }

  @Test
  void ofTwoTransactionsWithOneNonceTheFirstInTheLogCounts() {
    Ledger one = on(log, rich);
    Ledger other = on(log.again(), rich);
    SignedTransaction first = one.prepare(pay("1"));
    SignedTransaction second = other.prepare(pay("2"));
    assertThat(second.nonce()).isEqualTo(first.nonce());
    other.broadcast(second);
    one.broadcast(first);
    for (Ledger ledger : List.of(one, other)) {
      assertThat(ledger.status(first.id())).isEqualTo(new TransactionStatus.Replaced(second.id()));
      assertThat(held(ledger)).isEqualTo(Edg.of("2"));
    }
  }

  @Test
  void whatIsSignedForOneLogCountsOnNoOther() {
    Ledger ledger = on(log, rich);
    SignedTransaction sent = send(ledger, "1");
    Ledger elsewhere = on(log.copied(), rich);
    assertThat(elsewhere.info().domain()).isNotEqualTo(ledger.info().domain());
    assertThat(held(elsewhere)).isEqualTo(Edg.of("0"));
    assertThat(elsewhere.status(sent.id())).isInstanceOf(TransactionStatus.Unknown.class);
    Ledger richer =
        new ReplayedLedger(
            log.again(),
            LedgerOrigin.of(7, Map.of(rich.address(), Edg.of("1001"))),
            rich,
            signatures);
    assertThat(held(richer)).isEqualTo(Edg.of("0"));
  }

  private void found(UnaryOperator<TransactionLog.Page> lie, String... named) throws IOException {
    MemoryLog reader = log.again();
    Ledger ledger = on(reader, rich);
    assertThat(held(ledger)).isEqualTo(Edg.of("3"));
    SignedTransaction sent = ledger.prepare(pay("5"));
    log.append(sent.bytes());
    reader.lie = lie;
    EdgeBeatException refused = catchThrowableOfType(EdgeBeatException.class, () -> held(ledger));
    assertThat(refused.code()).isEqualTo(ErrorCode.CORRUPTED);
    assertThat(refused.getMessage()).contains(named);
    EdgeBeatException waiting =
        catchThrowableOfType(
            EdgeBeatException.class,
            () -> ledger.awaitEvents(LedgerCursor.START, 10, Duration.ofMinutes(1)));
    assertThat(waiting).hasMessage(refused.getMessage());
    // It is not passed by, and the right entry is read when the log gives it.
    reader.lie = UnaryOperator.identity();
    assertThat(ledger.status(sent.id())).isInstanceOf(TransactionStatus.Done.class);
    assertThat(held(ledger)).isEqualTo(Edg.of("8"));
  }

  private void history() {
    Ledger ledger = on(log, rich);
    send(ledger, "1");
    send(ledger, "2");
  }

  @Test
  void aLogThatBecomesShorterIsFound() throws IOException {
    history();
    found(page -> new TransactionLog.Page(1, page.time(), List.of()), "has 1 entries", "and had 2");
  }

  @Test
  void aLogThatKeepsAnEntryBackIsFound() throws IOException {
    history();
    found(
        page -> new TransactionLog.Page(page.length(), page.time(), List.of()),
        "gives no entry 2 of 3");
  }

  @Test
  void anEntryFromBeforeTheLastIsFound() throws IOException {
    history();
    Instant early = clock.instant().minusSeconds(1);
    found(
        changed(e -> new TransactionLog.Entry(e.hash(), early, e.transaction())),
        "has entry 2",
        early.toString());
  }

  @Test
  void anEntryThatIsTooLargeIsFound() throws IOException {
    history();
    Blob large = Blob.of(new byte[TransactionLog.MAX_BYTES + 1]);
    found(
        changed(e -> new TransactionLog.Entry(e.hash(), e.time(), large)),
        "has entry 2 of 16385 bytes, more than 16384");
  }

  private static UnaryOperator<TransactionLog.Page> changed(
      UnaryOperator<TransactionLog.Entry> lie) {
    return page -> {
      List<TransactionLog.Entry> entries = new ArrayList<>(page.entries());
      entries.replaceAll(lie);
      return new TransactionLog.Page(page.length(), page.time(), entries);
    };
  }

  @Test
  void aLogThatIsOutOfReachMayBeAskedAgain() {
    Ledger ledger = on(log, rich);
    SignedTransaction sent = ledger.prepare(pay("1"));
    log.down = true;
    EdgeBeatException refused =
        catchThrowableOfType(EdgeBeatException.class, () -> ledger.broadcast(sent));
    assertThat(refused.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    assertThat(refused.advice()).isEqualTo(RetryAdvice.SAME_CALL);
    assertThat(refused).hasMessageContaining("nobody is there");
    log.down = false;
    ledger.broadcast(sent);
    assertThat(held(ledger)).isEqualTo(Edg.of("1"));
  }

  @Test
  void anOriginThatCannotBeIsRefused() {
    Amount most = new Amount(Asset.EDG, Amount.MAX);
    EdgeBeatException tooMuch =
        catchThrowableOfType(
            EdgeBeatException.class,
            () -> LedgerOrigin.of(7, Map.of(rich.address(), most, poor.address(), Edg.units(1))));
    assertThat(tooMuch.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(tooMuch).hasMessageContaining(Amount.MAX.add(BigInteger.ONE).toString());
  }
}
