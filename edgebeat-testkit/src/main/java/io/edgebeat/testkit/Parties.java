package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.testkit.LedgerBench.Party;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parties of a {@link LedgerBench} with what they sign and send. */
final class Parties implements AutoCloseable {
  static final Bytes32 INVOICE = ContentId.sha256(new byte[] {1});

  /** What happens between them. */
  @FunctionalInterface
  interface History {
    void play(Parties p) throws Exception;
  }

  private final LedgerBench bench;
  private final Map<Party, Ledger> ledgers = new EnumMap<>(Party.class);
  private final LedgerInfo info;

  Parties(LedgerBench bench) {
    this.bench = bench;
    this.info = of(Party.BUYER).info();
  }

  Ledger of(Party party) {
    return ledgers.computeIfAbsent(party, bench::connect);
  }

  LedgerBench bench() {
    return bench;
  }

  LedgerInfo info() {
    return info;
  }

  Address address(Party party) {
    return bench.signer(party).address();
  }

  /** So many whole tokens. */
  Amount tokens(long count) {
    return new Amount(
        info.asset(),
        BigInteger.TEN.pow(info.asset().decimals()).multiply(BigInteger.valueOf(count)));
  }

  /** What a party held at first. */
  Amount funds(Party party) {
    return bench.funds().getOrDefault(address(party), tokens(0));
  }

  Amount balance(Party party) {
    return of(Party.BUYER).balance(address(party), Finality.PENDING);
  }

  Amount vault(Party party) {
    return of(Party.BUYER).vault(address(party), Finality.PENDING);
  }

  AgreementRecord record(Agreement agreement) {
    return of(Party.BUYER).agreement(id(agreement), Finality.PENDING);
  }

  AgreementId id(Agreement agreement) {
    return agreement.id(info.domain());
  }

  /** An agreement over 10 tokens with a fee of 1, open to be opened for an hour. */
  Agreement agreement(int salt, Agreement.Funding funding) {
    return new Agreement(
        address(Party.BUYER),
        address(Party.SELLER),
        address(Party.VOUCHER_KEY),
        tokens(10),
        tokens(1),
        bench.now().plusSeconds(3_600),
        bench.now().plusSeconds(40_000),
        challenge(),
        0,
        0,
        funding,
        ContentId.sha256(new byte[] {(byte) salt}));
  }

  Duration challenge() {
    return info.parameters().minChallenge();
  }

  Signature sign(Party party, TypedMessage message) {
    return sign(party, message, info.domain());
  }

  Signature sign(Party party, TypedMessage message, SigningDomain domain) {
    return bench.signer(party).sign(new SigningRequest.OfMessage(domain, message));
  }

  LedgerCommand.Open open(Agreement agreement) {
    return new LedgerCommand.Open(
        agreement,
        Optional.of(sign(Party.BUYER, agreement)),
        Optional.of(sign(Party.SELLER, agreement)));
  }

  VoucherClaim claim(Agreement agreement, Amount cumulative) {
    return claim(agreement, cumulative, tokens(0), 0, 0);
  }

  VoucherClaim claim(Agreement agreement, Amount cumulative, Amount tick, int count, int used) {
    AgreementId id = id(agreement);
    Bytes32[] links = TickChain.links(id, INVOICE, count);
    Bytes32 anchor = count == 0 ? Bytes32.ZERO : links[0];
    Voucher voucher = new Voucher(id, 1, cumulative, anchor, tick, count, Bytes32.ZERO);
    return new VoucherClaim(
        new Signed<>(voucher, sign(Party.VOUCHER_KEY, voucher)),
        used,
        used == 0 ? Bytes32.ZERO : links[used]);
  }

  /** The same voucher by another key. */
  VoucherClaim signedBy(Party party, VoucherClaim claim) {
    Voucher voucher = claim.voucher().message();
    return new VoucherClaim(
        new Signed<>(voucher, sign(party, voucher)), claim.ticks(), claim.preimage());
  }

  /** A claim whose voucher was signed for another contract or chain. */
  VoucherClaim signedIn(SigningDomain domain, Agreement agreement, Amount cumulative) {
    Voucher voucher = claim(agreement, cumulative).voucher().message();
    return new VoucherClaim(
        new Signed<>(voucher, sign(Party.VOUCHER_KEY, voucher, domain)), 0, Bytes32.ZERO);
  }

  LedgerCommand.Settle settle(Agreement agreement, Amount cumulative) {
    Settlement settlement = new Settlement(id(agreement), cumulative, INVOICE);
    return new LedgerCommand.Settle(
        agreement,
        settlement,
        Optional.of(sign(Party.VOUCHER_KEY, settlement)),
        Optional.of(sign(Party.SELLER, settlement)));
  }

  /** Sends a command and waits until it has taken effect. */
  SignedTransaction send(Party party, LedgerCommand command) throws InterruptedException {
    SignedTransaction transaction = of(party).prepare(command);
    of(party).broadcast(transaction);
    awaitDone(of(party), transaction);
    return transaction;
  }

  void awaitDone(Ledger ledger, SignedTransaction transaction) throws InterruptedException {
    Check.await(
        () -> ledger.status(transaction.id()),
        status -> assertThat(status).isInstanceOf(TransactionStatus.Done.class));
  }

  /**
   * Sends a command that must fail: a ledger may see that when it prepares, when it sends or when
   * it executes.
   *
   * @return the reason it gives
   */
  String refused(Party party, ErrorCode code, LedgerCommand command) throws InterruptedException {
    Ledger ledger = of(party);
    TransactionStatus.Failed failed;
    try {
      SignedTransaction transaction = ledger.prepare(command);
      ledger.broadcast(transaction);
      failed =
          (TransactionStatus.Failed)
              Check.await(
                  () -> ledger.status(transaction.id()),
                  status ->
                      assertThat(status)
                          .as(command.name())
                          .isInstanceOf(TransactionStatus.Failed.class));
    } catch (EdgeBeatException e) {
      failed = new TransactionStatus.Failed(e.code(), e.getMessage(), Finality.FINAL);
    }
    assertThat(failed.code()).as(command.name() + ": " + failed.reason()).isEqualTo(code);
    assertThat(failed.reason()).isNotBlank();
    return failed.reason();
  }

  /** Every event so far, in pages of a size. */
  List<LedgerEntry> entries(int limit) {
    return entries(of(Party.BUYER), limit);
  }

  static List<LedgerEntry> entries(Ledger ledger, int limit) {
    List<LedgerEntry> all = new ArrayList<>();
    LedgerCursor at = LedgerCursor.START;
    while (true) {
      EventPage page = ledger.awaitEvents(at, limit, Duration.ZERO);
      if (page.entries().isEmpty()) {
        return all;
      }
      if (page.entries().size() > limit) {
        fail("a page of " + page.entries().size() + " entries, at most " + limit + " were wanted");
      }
      all.addAll(page.entries());
      at = page.next();
    }
  }

  List<LedgerEvent> events(Agreement agreement) {
    AgreementId id = id(agreement);
    return entries(100).stream()
        .map(LedgerEntry::event)
        .filter(e -> e instanceof LedgerEvent.OfAgreement of && of.id().equals(id))
        .toList();
  }

  @Override
  public void close() {
    ledgers.values().forEach(Ledger::close);
    bench.close();
  }
}
