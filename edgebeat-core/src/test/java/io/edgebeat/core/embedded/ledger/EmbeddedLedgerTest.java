package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything but money in depth, with real signatures. */
final class EmbeddedLedgerTest {
  private static final SignatureBackend REAL = new JavaSignatureBackend();

  private final List<Market> opened = new ArrayList<>();

  private Market market() {
    return market(c -> c);
  }

  private Market market(UnaryOperator<EmbeddedChain.Config> change) {
    Market m =
        new Market(REAL, change, EmbeddedChain::inMemory, "buyer", "seller", "key", "stranger");
    opened.add(m);
    return m;
  }

  /** Whatever a test does, no token is made or lost. */
  @AfterEach
  void tokensAreWhereTheyWere() {
    for (Market m : opened) {
      assertThat(m.chain.audit()).matches(Audit::isExact);
      m.close();
    }
  }

  private static void failed(TransactionStatus status, ErrorCode code, String named) {
    assertThat(status)
        .isInstanceOfSatisfying(
            TransactionStatus.Failed.class,
            f -> {
              assertThat(f.code()).as(f.reason()).isEqualTo(code);
              assertThat(f.reason()).contains(named);
            });
  }

  private static void done(TransactionStatus status) {
    assertThat(status).isInstanceOf(TransactionStatus.Done.class);
  }

  private static void throwing(ErrorCode code, String named, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.getMessage()).contains(named);
            });
  }

  // From open to invoice.

  @Test
  void compactAndLiteralAndVaultEndAlike() {
    Market m = market();
    Agreement compact = m.agreement("buyer", "seller", "key", 1);
    Agreement literal = m.agreement("buyer", "seller", "key", 2);
    Agreement vault = m.agreement("buyer", "seller", "key", Agreement.Funding.VAULT, 3);
    done(m.send("buyer", m.open(compact, "buyer", "seller")));
    done(m.send("buyer", new LedgerCommand.RecordOffer(m.id(literal))));
    done(m.send("seller", new LedgerCommand.AcceptOffer(literal)));
    done(m.send("buyer", new LedgerCommand.DepositFee(literal)));
    done(m.send("buyer", new LedgerCommand.FundChannel(literal)));
    done(m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("20"))));
    done(m.send("stranger", m.open(vault, "buyer", "seller")));
    List<LedgerEvent.Closed> invoices = new ArrayList<>();
    for (Agreement a : List.of(compact, literal, vault)) {
      done(m.send("stranger", new LedgerCommand.Claim(a, m.voucher(a, "key", Edg.of("2")))));
      done(m.send("seller", m.settle(a, Edg.of("4"), "key", "seller")));
      assertThat(m.record(a).status()).isEqualTo(AgreementStatus.CLOSED);
      assertThat(m.record(a).paid()).isEqualTo(Edg.of("4"));
      assertThat(m.record(a).refunded()).isEqualTo(Edg.of("6"));
      assertThat(m.record(a).feePaid()).isEqualTo(Edg.of("1"));
    }
    m.events().stream()
        .map(LedgerEntry::event)
        .forEach(
            e -> {
              if (e instanceof LedgerEvent.Closed c) {
                invoices.add(c);
              }
            });
    assertThat(invoices).hasSize(3).allMatch(c -> c.paid().equals(Edg.of("4")));
    assertThat(m.balance("seller")).isEqualTo(Edg.of("1012"));
    assertThat(m.balance("buyer")).isEqualTo(Edg.of("970"));
    assertThat(m.vault("buyer")).isEqualTo(Edg.of("15"));
    assertThat(m.chain.audit().pot()).isEqualTo(Edg.of("3"));
    done(m.send("buyer", new LedgerCommand.VaultWithdraw(Edg.of("15"))));
    assertThat(m.balance("buyer")).isEqualTo(Edg.of("985"));
  }

  // Bad input: nothing moves, here and in two other agreements.

  @Test
  void badCommandsMoveNothingAnywhere() {
    Market m = market();
    Agreement one = m.agreement("buyer", "seller", "key", 1);
    Agreement two = m.agreement("buyer", "seller", "key", 2);
    Agreement a = m.agreement("buyer", "seller", "key", 3);
    Agreement fresh = m.agreement("buyer", "seller", "key", 4);
    for (Agreement x : List.of(one, two, a)) {
      done(m.send("buyer", m.open(x, "buyer", "seller")));
    }
    VoucherClaim good = m.voucher(a, "key", Edg.of("1"));
    Signature signature = good.voucher().signature();
    Audit before = m.chain.audit();

    for (Signature bad : malformed(signature)) {
      VoucherClaim claim =
          new VoucherClaim(new Signed<>(good.voucher().message(), bad), 0, Bytes32.ZERO);
      failed(
          m.send("stranger", new LedgerCommand.Claim(a, claim)),
          ErrorCode.BAD_SIGNATURE,
          "voucher key");
      failed(
          m.send("seller", new LedgerCommand.Release(a, Optional.of(claim))),
          ErrorCode.BAD_SIGNATURE,
          "voucher key");
    }
    for (Signature bad : malformed(m.sign("buyer", fresh))) {
      failed(
          m.send("seller", new LedgerCommand.Open(fresh, Optional.of(bad), Optional.empty())),
          ErrorCode.BAD_SIGNATURE,
          "buyer");
    }
    failed(m.send("stranger", m.open(fresh, "key", "seller")), ErrorCode.BAD_SIGNATURE, "buyer");
    failed(m.send("buyer", m.open(a, "buyer", "seller")), ErrorCode.WRONG_STATE, "OPEN");
    failed(
        m.send("seller", new LedgerCommand.Claim(a, m.voucher(one, "key", Edg.of("1")))),
        ErrorCode.BAD_PAYMENT,
        m.id(one).toString());
    failed(
        m.send("seller", new LedgerCommand.Claim(a, m.voucher(a, "buyer", Edg.of("1")))),
        ErrorCode.BAD_SIGNATURE,
        m.address("key").toString());
    failed(
        m.send("stranger", new LedgerCommand.TopUp(a, Edg.of("1001"))),
        ErrorCode.INSUFFICIENT_FUNDS,
        "1000 EDG");
    failed(
        m.send("stranger", new LedgerCommand.Transfer(m.address("key"), Edg.of("1000.1"))),
        ErrorCode.INSUFFICIENT_FUNDS,
        "1000.1 EDG");
    failed(
        m.send("stranger", new LedgerCommand.VaultWithdraw(Edg.units(1))),
        ErrorCode.INSUFFICIENT_FUNDS,
        "vault");
    failed(
        m.send("stranger", new LedgerCommand.VaultDeposit(Amount.of(new Asset("FOO", 2), 5))),
        ErrorCode.BAD_AMOUNT,
        "FOO");
    failed(
        m.send("seller", new LedgerCommand.RequestClose(a)), ErrorCode.NOT_ALLOWED, "RequestClose");
    failed(m.send("buyer", new LedgerCommand.Finalize(a)), ErrorCode.BAD_TIME, "deadline");
    failed(
        m.send("seller", m.settle(a, Edg.of("10.1"), "key", "seller")),
        ErrorCode.BAD_AMOUNT,
        "10.1 EDG");
    m.clock.advance(Duration.ofHours(2));
    failed(
        m.send("stranger", m.open(fresh, "buyer", "seller")),
        ErrorCode.EXPIRED,
        fresh.openBy().toString());

    assertThat(m.chain.audit()).isEqualTo(before);
    for (Agreement x : List.of(one, two, a)) {
      assertThat(m.record(x).status()).isEqualTo(AgreementStatus.OPEN);
      assertThat(m.record(x).claimed().isZero()).isTrue();
    }
    done(m.send("seller", new LedgerCommand.Release(a, Optional.of(good))));
    assertThat(m.balance("seller")).isEqualTo(Edg.of("1001"));
  }

  /** High s, wrong v, flipped bits, zeros: everything a signature must not be. */
  private static List<Signature> malformed(Signature good) {
    List<Signature> bad = new ArrayList<>();
    byte[] bytes = good.toBytes();
    byte[] high = bytes.clone();
    byte[] s =
        Signature.GROUP_ORDER
            .subtract(new BigInteger(1, java.util.Arrays.copyOfRange(bytes, 32, 64)))
            .toByteArray();
    java.util.Arrays.fill(high, 32, 64, (byte) 0);
    int from = Math.max(0, s.length - 32);
    System.arraycopy(s, from, high, 64 - (s.length - from), s.length - from);
    high[64] = (byte) (bytes[64] == 27 ? 28 : 27);
    bad.add(Signature.of(high));
    for (int[] change : new int[][] {{64, 1}, {64, 7}, {0, 1}, {40, 1}}) {
      byte[] changed = bytes.clone();
      changed[change[0]] ^= (byte) change[1];
      bad.add(Signature.of(changed));
    }
    bad.add(Signature.of(new byte[65]));
    byte[] otherV = bytes.clone();
    otherV[64] = (byte) (bytes[64] == 27 ? 28 : 27);
    bad.add(Signature.of(otherV));
    return bad;
  }

  @Test
  void nothingSignedHereCountsOnAnotherChain() {
    Market here = market();
    Market there = market(c -> c.chainId(5));
    Agreement a = here.agreement("buyer", "seller", "key", 1);
    failed(
        there.send("stranger", here.open(a, "buyer", "seller")), ErrorCode.BAD_SIGNATURE, "buyer");
    done(there.send("stranger", there.open(a, "buyer", "seller")));
    VoucherClaim foreign = here.voucher(a, "key", Edg.of("1"));
    failed(there.send("seller", new LedgerCommand.Claim(a, foreign)), ErrorCode.BAD_PAYMENT, "");
    SignedTransaction t =
        here.ledgers.get("buyer").prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
    throwing(ErrorCode.BAD_SIGNATURE, "signature", () -> there.ledgers.get("buyer").broadcast(t));
  }

  @Test
  void oneSignatureOpensOnce() {
    Market m = market();
    Agreement a = m.agreement("buyer", "seller", "key", 1);
    done(m.send("seller", m.open(a, "buyer", "seller")));
    done(m.send("seller", new LedgerCommand.Release(a, Optional.empty())));
    failed(m.send("seller", m.open(a, "buyer", "seller")), ErrorCode.WRONG_STATE, "CLOSED");
    Agreement b = m.agreement("buyer", "seller", "key", 2);
    done(m.send("buyer", new LedgerCommand.Cancel(b)));
    failed(m.send("seller", m.open(b, "buyer", "seller")), ErrorCode.WRONG_STATE, "LAPSED");
  }

  // Transactions.

  @Test
  void noncesAreUsedInOrderAndGapsWait() {
    Market m = market();
    Ledger l = m.ledgers.get("buyer");
    SignedTransaction zero = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
    SignedTransaction one = l.prepare(new LedgerCommand.VaultWithdraw(Edg.of("1")));
    SignedTransaction two = l.prepare(new LedgerCommand.VaultWithdraw(Edg.of("1")));
    assertThat(List.of(zero.nonce(), one.nonce(), two.nonce())).containsExactly(0L, 1L, 2L);
    assertThat(l.status(one.id())).isInstanceOf(TransactionStatus.Unknown.class);
    l.broadcast(two);
    l.broadcast(one);
    assertThat(l.status(one.id())).isInstanceOf(TransactionStatus.Pending.class);
    m.ledgers.get("stranger").broadcast(zero);
    done(l.status(zero.id()));
    done(l.status(one.id()));
    failed(l.status(two.id()), ErrorCode.INSUFFICIENT_FUNDS, "vault");
    List<LedgerEntry> before = m.events();
    l.broadcast(zero);
    l.broadcast(two);
    assertThat(m.events()).isEqualTo(before);
  }

  @Test
  void anAbandonedNonceIsUsedAgain() {
    Market m = market();
    Ledger l = m.ledgers.get("buyer");
    SignedTransaction zero = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
    SignedTransaction one = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("2")));
    l.abandon(zero);
    throwing(ErrorCode.INVALID_ARGUMENT, zero.id().toString(), () -> l.abandon(zero));
    SignedTransaction again = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("3")));
    assertThat(again.nonce()).isEqualTo(0);
    l.broadcast(one);
    l.broadcast(again);
    assertThat(m.vault("buyer")).isEqualTo(Edg.of("5"));
    throwing(ErrorCode.INVALID_ARGUMENT, "sent", () -> l.abandon(one));
    l.broadcast(zero);
    assertThat(l.status(zero.id())).isEqualTo(new TransactionStatus.Replaced(again.id()));
    SignedTransaction last = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("3")));
    l.abandon(last);
    assertThat(l.prepare(new LedgerCommand.VaultDeposit(Edg.of("4"))).nonce()).isEqualTo(2);
  }

  @Test
  void restoredTransactionsKeepTheirNonces() {
    Market m = market();
    Ledger l = m.ledgers.get("buyer");
    List<SignedTransaction> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(l.prepare(new LedgerCommand.VaultDeposit(Edg.of("1"))));
    }
    Market again = market();
    Ledger fresh = again.ledgers.get("buyer");
    fresh.restore(List.of(all.get(1), all.get(3)));
    assertThat(fresh.prepare(new LedgerCommand.VaultDeposit(Edg.of("5"))).nonce()).isEqualTo(0);
    assertThat(fresh.prepare(new LedgerCommand.VaultDeposit(Edg.of("5"))).nonce()).isEqualTo(2);
    assertThat(fresh.prepare(new LedgerCommand.VaultDeposit(Edg.of("5"))).nonce()).isEqualTo(4);
    fresh.abandon(all.get(3));
    throwing(
        ErrorCode.INVALID_ARGUMENT,
        "not of",
        () -> again.ledgers.get("seller").restore(List.of(all.get(1))));
  }

  @Test
  void whatIsNoTransactionIsRefused() {
    Market m = market();
    Ledger l = m.ledgers.get("buyer");
    SignedTransaction t = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
    byte[] bytes = t.bytes().toBytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      int at = i;
      SignedTransaction forged =
          new SignedTransaction(
              t.id(), t.sender(), t.nonce(), io.edgebeat.api.identity.Blob.of(changed));
      // The last byte is v, which only helps to find a key that is known here.
      if (i < bytes.length - 1) {
        assertThatThrownBy(() -> l.broadcast(forged))
            .as("byte %s", at)
            .isInstanceOfSatisfying(
                EdgeBeatException.class,
                e ->
                    assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.BAD_SIGNATURE));
      }
    }
    throwing(
        ErrorCode.INVALID_ARGUMENT,
        "nonce",
        () -> l.broadcast(new SignedTransaction(t.id(), t.sender(), 7, t.bytes())));
    throwing(ErrorCode.UNSUPPORTED, "fees", () -> l.replace(t, new FeeHint(10)));
    assertThat(m.vault("buyer").isZero()).isTrue();
    assertThat(l.info().commands()).contains(LedgerCommand.Open.class).hasSize(19);
    throwing(
        ErrorCode.INVALID_ARGUMENT,
        "bytes",
        () -> l.prepare(new LedgerCommand.Advertise(Bytes32.ZERO, "x".repeat(20_000), Market.T0)));
    assertThat(l.prepare(new LedgerCommand.Withdraw(Bytes32.ZERO)).nonce()).isEqualTo(1);
  }

  // Listings.

  @Test
  void aListingCostsItsFeeAndCanBeProlonged() {
    Market m = market();
    Instant until = Market.T0.plusSeconds(1000);
    ListingId id = new ListingId(m.address("seller"), Market.INVOICE);
    LedgerCommand ad = new LedgerCommand.Advertise(Market.INVOICE, "ipfs://x", until);
    done(m.send("seller", ad));
    assertThat(m.balance("seller")).isEqualTo(Edg.of("999.9"));
    assertThat(m.any().listing(id, Finality.FINAL).orElseThrow().sequence()).isEqualTo(1);
    failed(m.send("seller", ad), ErrorCode.DUPLICATE, until.toString());
    done(
        m.send(
            "seller",
            new LedgerCommand.Advertise(Market.INVOICE, "ipfs://x", until.plusSeconds(1))));
    assertThat(m.any().listing(id, Finality.FINAL).orElseThrow().sequence()).isEqualTo(2);
    failed(
        m.send("seller", new LedgerCommand.Advertise(Bytes32.ZERO, "", Market.T0)),
        ErrorCode.BAD_TIME,
        Market.T0.toString());
    failed(
        m.send(
            "seller",
            new LedgerCommand.Advertise(Bytes32.ZERO, "", until.plus(Duration.ofMillis(5)))),
        ErrorCode.BAD_TIME,
        "whole seconds");
    failed(
        m.send("seller", new LedgerCommand.Advertise(Bytes32.ZERO, "x".repeat(2049), until)),
        ErrorCode.INVALID_ARGUMENT,
        "2049");
    failed(m.send("buyer", new LedgerCommand.Withdraw(Market.INVOICE)), ErrorCode.NOT_FOUND, "0x");
    done(m.send("seller", new LedgerCommand.Withdraw(Market.INVOICE)));
    assertThat(m.any().listing(id, Finality.FINAL)).isEmpty();
    assertThat(m.chain.audit().pot()).isEqualTo(Edg.of("0.2"));
    done(m.send("seller", new LedgerCommand.Transfer(m.address("buyer"), Edg.of("999.8"))));
    failed(m.send("seller", ad), ErrorCode.INSUFFICIENT_FUNDS, "0 EDG");
  }

  // Finality, reorganisations, events.

  @Test
  void readsAnswerAtTheFinalityAskedFor() {
    Market m = market(c -> c.finalityDepth(4));
    Ledger l = m.ledgers.get("buyer");
    SignedTransaction t = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("5")));
    l.broadcast(t);
    Finality[] expected = {
      Finality.PENDING, Finality.PENDING, Finality.SAFE, Finality.SAFE, Finality.FINAL
    };
    for (Finality now : expected) {
      assertThat(l.status(t.id())).isEqualTo(new TransactionStatus.Done(now, 1));
      assertThat(m.events().get(0).finality()).isEqualTo(now);
      for (Finality at : Finality.values()) {
        Amount seen = l.vault(m.address("buyer"), at);
        assertThat(seen).isEqualTo(now.atLeast(at) ? Edg.of("5") : Edg.units(0));
        assertThat(l.balance(m.address("buyer"), at).plus(seen)).isEqualTo(Edg.of("1000"));
      }
      m.chain.mine(1);
    }
  }

  @Test
  void timeMakesBlocksUntilEverythingIsFinal() {
    Market m = market(c -> c.finalityDepth(3).blockInterval(Duration.ofSeconds(2)));
    done(m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("5"))));
    assertThat(m.chain.head().number()).isEqualTo(1);
    m.clock.advance(Duration.ofSeconds(4));
    assertThat(m.chain.head().number()).isEqualTo(3);
    m.clock.advance(Duration.ofSeconds(100));
    assertThat(m.chain.head().number()).isEqualTo(4);
    assertThat(m.events().get(0).finality()).isEqualTo(Finality.FINAL);
    m.clock.advance(Duration.ofSeconds(100));
    assertThat(m.chain.head().number()).isEqualTo(4);
    assertThat(m.chain.head().time()).isEqualTo(Market.T0.plusSeconds(204));
  }

  @Test
  void timeNeverGoesBack() {
    Market m = market();
    m.clock.now = Market.T0.plusSeconds(50).plusMillis(999);
    done(m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("5"))));
    m.clock.now = Market.T0;
    done(m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("5"))));
    assertThat(m.events()).allMatch(e -> e.time().equals(Market.T0.plusSeconds(50)));
    assertThat(m.chain.head().time()).isEqualTo(Market.T0.plusSeconds(50));
  }

  @Test
  void aReorganisationRetractsLatestFirstAndRunsAgain() {
    Market m = market(c -> c.finalityDepth(3));
    Agreement a = m.agreement("buyer", "seller", "key", 1);
    done(m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("5"))));
    done(m.send("buyer", m.open(a, "buyer", "seller")));
    done(m.send("seller", m.settle(a, Edg.of("4"), "key", "seller")));
    List<LedgerEntry> before = m.events();
    EventPage page = m.any().awaitEvents(LedgerCursor.START, 100, Duration.ZERO);
    m.chain.reorg(2, true);
    assertThat(m.record(a).status()).isEqualTo(AgreementStatus.NONE);
    assertThat(m.balance("buyer")).isEqualTo(Edg.of("995"));
    List<LedgerEntry> back = m.any().awaitEvents(page.next(), 100, Duration.ZERO).entries();
    assertThat(back).allMatch(LedgerEntry::retracted);
    assertThat(back)
        .extracting(LedgerEntry::event)
        .containsExactly(before.get(2).event(), before.get(1).event());
    assertThat(back.get(0).blockHash()).isEqualTo(before.get(2).blockHash());
    m.chain.mine(0);
    assertThat(m.record(a).status()).isEqualTo(AgreementStatus.CLOSED);
    List<LedgerEntry> again = m.events().subList(5, 7);
    assertThat(again)
        .extracting(LedgerEntry::event)
        .containsExactly(before.get(1).event(), before.get(2).event());
    assertThat(again.get(0).blockHash()).isNotEqualTo(before.get(1).blockHash());
    m.chain.mine(5);
    assertThat(m.events().get(1).finality()).isEqualTo(Finality.PENDING);
    throwing(ErrorCode.INVALID_ARGUMENT, "4", () -> m.chain.reorg(4, true));
    throwing(ErrorCode.INVALID_ARGUMENT, "0", () -> m.chain.reorg(0, true));
  }

  @Test
  void forgottenTransactionsMayBeSentAgain() {
    Market m = market(c -> c.finalityDepth(3));
    Ledger l = m.ledgers.get("buyer");
    SignedTransaction t = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("5")));
    l.broadcast(t);
    m.chain.reorg(1, false);
    assertThat(l.status(t.id())).isInstanceOf(TransactionStatus.Unknown.class);
    SignedTransaction next = l.prepare(new LedgerCommand.VaultWithdraw(Edg.of("5")));
    assertThat(next.nonce()).isEqualTo(1);
    l.broadcast(next);
    assertThat(l.status(next.id())).isInstanceOf(TransactionStatus.Pending.class);
    l.broadcast(t);
    done(l.status(t.id()));
    done(l.status(next.id()));
    m.chain.reorg(1, true);
    assertThat(l.status(t.id())).isInstanceOf(TransactionStatus.Pending.class);
  }

  @Test
  void aNumberThatWasTakenAndNeverWrittenDownIsFreeAfterARestart() {
    Market m = market(c -> c);
    Ledger l = m.ledgers.get("buyer");
    SignedTransaction known = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("1")));
    var lost = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("2")));
    SignedTransaction alsoKnown = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("4")));
    // The process dies; its journal has the first and the third.
    l.restore(List.of(known, alsoKnown));
    l.broadcast(known);
    l.broadcast(alsoKnown);
    assertThat(l.status(alsoKnown.id())).isInstanceOf(TransactionStatus.Pending.class);
    SignedTransaction next = l.prepare(new LedgerCommand.VaultDeposit(Edg.of("8")));
    assertThat(next.nonce()).isEqualTo(lost.nonce());
    l.broadcast(next);
    done(l.status(alsoKnown.id()));
    assertThat(l.prepare(new LedgerCommand.VaultDeposit(Edg.of("1"))).nonce()).isEqualTo(3);
  }

  @Test
  void aFailureIsNotFinalBeforeItsBlockIs() {
    Market m = market(c -> c.finalityDepth(2));
    Ledger l = m.ledgers.get("buyer");
    SignedTransaction t = l.prepare(new LedgerCommand.VaultWithdraw(Edg.of("5")));
    l.broadcast(t);
    assertThat(l.status(t.id()))
        .isInstanceOfSatisfying(
            TransactionStatus.Failed.class,
            failed -> assertThat(failed.finality()).isNotEqualTo(Finality.FINAL));
    m.chain.mine(2);
    assertThat(l.status(t.id()))
        .isInstanceOfSatisfying(
            TransactionStatus.Failed.class,
            failed -> assertThat(failed.finality()).isEqualTo(Finality.FINAL));
  }

  @Test
  void aChainThatWasReorganisedGrowsToWhereItWas() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
    Market m = market(c -> c.finalityDepth(2).blockInterval(Duration.ofSeconds(1)).clock(now::get));
    done(m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("5"))));
    m.chain.mine(2);
    long height = m.chain.head().number();
    m.chain.reorg(2, true);
    // What is below is final, so nothing asks for more blocks but those who count by heads.
    now.updateAndGet(t -> t.plusSeconds(10));
    assertThat(m.any().awaitEvents(LedgerCursor.START, 9, Duration.ZERO).head().number())
        .isGreaterThanOrEqualTo(height);
  }

  @Test
  void aFollowerThatFoldsEventsSeesTheSameChain() {
    Market m = market(c -> c.finalityDepth(5));
    for (int i = 0; i < 6; i++) {
      done(m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("" + (i + 1)))));
      if (i == 3) {
        m.chain.reorg(3, true);
      }
    }
    Map<String, Amount> folded = new HashMap<>();
    List<LedgerEntry> held = new ArrayList<>();
    for (LedgerEntry e : m.events()) {
      if (e.retracted()) {
        LedgerEntry last = held.removeLast();
        assertThat(last.blockHash()).isEqualTo(e.blockHash());
        assertThat(last.event()).isEqualTo(e.event());
      } else {
        held.add(e);
      }
    }
    held.forEach(e -> folded.put("vault", ((LedgerEvent.VaultChanged) e.event()).balance()));
    assertThat(folded.get("vault")).isEqualTo(m.vault("buyer")).isEqualTo(Edg.of("21"));
  }

  @Test
  void pagesAndCursorsGoOnWhereTheyEnded() {
    Market m = market();
    for (int i = 0; i < 7; i++) {
      m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("1")));
    }
    LedgerCursor at = LedgerCursor.START;
    List<LedgerEntry> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      EventPage page = m.any().awaitEvents(at, 2, Duration.ZERO);
      all.addAll(page.entries());
      at = page.next();
      assertThat(page.head().number()).isEqualTo(7);
    }
    assertThat(all).hasSize(7).isEqualTo(m.events());
    assertThat(m.any().awaitEvents(at, 2, Duration.ofMillis(5)).entries()).isEmpty();
    Market other = market(c -> c.chainId(9));
    LedgerCursor end = at;
    throwing(
        ErrorCode.INVALID_ARGUMENT, "cursor", () -> other.any().awaitEvents(end, 2, Duration.ZERO));
    throwing(ErrorCode.INVALID_ARGUMENT, "limit", () -> m.any().awaitEvents(end, 0, Duration.ZERO));
  }

  @Test
  void whoWaitsIsWokenByAnEventAndByClosing() throws Exception {
    Market m = market();
    Ledger waiting = m.ledgers.get("seller");
    CompletableFuture<EventPage> page =
        CompletableFuture.supplyAsync(
            () -> waiting.awaitEvents(LedgerCursor.START, 10, Duration.ofSeconds(30)));
    m.send("buyer", new LedgerCommand.VaultDeposit(Edg.of("1")));
    LedgerCursor next = page.get(20, TimeUnit.SECONDS).next();
    CompletableFuture<EventPage> closed =
        CompletableFuture.supplyAsync(() -> waiting.awaitEvents(next, 10, Duration.ofSeconds(30)));
    waiting.close();
    waiting.close();
    assertThatThrownBy(() -> closed.get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(EdgeBeatException.class)
        .hasMessageContaining("closed");
    throwing(ErrorCode.CLOSED, "closed", () -> waiting.status(null));
    assertThat(m.vault("buyer")).isEqualTo(Edg.of("1"));
    Ledger buyer = m.ledgers.get("buyer");
    m.chain.close();
    throwing(ErrorCode.CLOSED, "closed", () -> buyer.balance(m.address("buyer"), Finality.FINAL));
  }

  @Test
  void anInterruptEndsTheWait() {
    Market m = market();
    Thread.currentThread().interrupt();
    throwing(
        ErrorCode.INTERRUPTED,
        "interrupted",
        () -> m.any().awaitEvents(LedgerCursor.START, 10, Duration.ofSeconds(30)));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void pauseStopsOpensOnly() {
    Market m = market();
    Agreement a = m.agreement("buyer", "seller", "key", 1);
    Agreement b = m.agreement("buyer", "seller", "key", 2);
    done(m.send("buyer", m.open(a, "buyer", "seller")));
    m.chain.pause(true);
    failed(m.send("buyer", m.open(b, "buyer", "seller")), ErrorCode.PAUSED, "paused");
    done(m.send("buyer", new LedgerCommand.TopUp(a, Edg.of("1"))));
    done(m.send("seller", m.settle(a, Edg.of("11"), "buyer", "seller")));
    m.chain.pause(false);
    done(m.send("buyer", m.open(b, "buyer", "seller")));
  }

  @Test
  void aDepositAndFeeAboveEveryAmountAreNotCovered() {
    Amount max = new Amount(Asset.EDG, Amount.MAX);
    Market m =
        market(
            c ->
                c.funds(Map.of(Market.key(REAL, "buyer").address(), max))
                    .parameters(
                        new io.edgebeat.api.ledger.LedgerParameters(
                            Edg.units(0),
                            Edg.units(0),
                            max,
                            Duration.ofHours(1),
                            Duration.ofDays(30),
                            Duration.ofDays(365))));
    Agreement t = m.agreement("buyer", "seller", "key", 1);
    Agreement all =
        new Agreement(
            t.buyer(),
            t.seller(),
            t.voucherKey(),
            max,
            Edg.units(1),
            t.openBy(),
            t.expiry(),
            t.challenge(),
            0,
            0,
            t.funding(),
            t.termsHash());
    failed(m.send("seller", m.open(all, "buyer", "seller")), ErrorCode.INSUFFICIENT_FUNDS, "0 EDG");
    assertThat(m.balance("buyer")).isEqualTo(max);
    throwing(
        ErrorCode.INVALID_ARGUMENT,
        "2^96",
        () ->
            EmbeddedChain.config(REAL)
                .funds(Map.of(m.address("buyer"), max, m.address("seller"), Edg.units(1))));
  }
}
