package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.testkit.LedgerBench.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the commands of every {@link io.edgebeat.api.ledger.Ledger} do with money. After each test
 * {@link Balances} finds no token made or lost. A ledger that does not list a command of a test
 * refuses it, which {@link LedgerContract} asserts.
 */
@Timeout(300)
public interface LedgerMoneyContract {

  /**
   * Makes a ledger.
   *
   * @return a ledger without history; the test closes it
   * @throws Exception when it cannot be made
   */
  LedgerBench createBench() throws Exception;

  private void audited(Parties.History history) throws Exception {
    try (Parties p = new Parties(createBench())) {
      history.play(p);
      Balances.check(p.of(Party.BUYER), p.bench().funds());
    }
  }

  private static Amount less(Parties p, Party party) {
    return p.funds(party).minus(p.balance(party));
  }

  private static Amount gain(Parties p, Party party) {
    return p.balance(party).minus(p.funds(party));
  }

  private static void ended(Parties p, Agreement a, long paid, long refunded) {
    AgreementRecord record = p.record(a);
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(record.paid()).isEqualTo(p.tokens(paid));
    assertThat(record.refunded()).isEqualTo(p.tokens(refunded));
    assertThat(record.feePaid()).isEqualTo(p.tokens(Math.min(1, paid)));
    assertThat(record.deadline()).isEmpty();
    assertThat(p.events(a).getLast())
        .isInstanceOfSatisfying(
            LedgerEvent.Closed.class,
            closed -> {
              assertThat(closed.buyer()).isEqualTo(a.buyer());
              assertThat(closed.seller()).isEqualTo(a.seller());
              assertThat(closed.paid()).isEqualTo(record.paid());
              assertThat(closed.refunded()).isEqualTo(record.refunded());
              assertThat(closed.fee()).isEqualTo(record.feePaid());
            });
  }

  private static void is(Parties p, Agreement a, AgreementStatus status) {
    assertThat(p.record(a).status()).isEqualTo(status);
  }

  /** One transaction opens, one settles; a claim between them is taken into account. */
  @Test
  default void theCompactWay() throws Exception {
    audited(
        p -> {
          Agreement a = p.agreement(1, Agreement.Funding.WALLET);
          p.send(Party.BUYER, new LedgerCommand.Open(a, Optional.empty(), p.open(a).seller()));
          is(p, a, AgreementStatus.OPEN);
          assertThat(p.record(a).deposit()).isEqualTo(a.deposit());
          assertThat(p.record(a).feeHeld()).isEqualTo(a.fee());
          assertThat(less(p, Party.BUYER)).isEqualTo(a.total());
          p.send(Party.STRANGER, new LedgerCommand.Claim(a, p.claim(a, p.tokens(2))));
          assertThat(p.record(a).claimed()).isEqualTo(p.tokens(2));
          p.send(Party.SELLER, p.settle(a, p.tokens(4)));
          ended(p, a, 4, 6);
          assertThat(less(p, Party.BUYER)).isEqualTo(p.tokens(5));
          assertThat(gain(p, Party.SELLER)).isEqualTo(p.tokens(4));
          assertThat(p.events(a))
              .extracting(e -> e.getClass().getSimpleName())
              .containsExactly("Opened", "Claimed", "Closed");
        });
  }

  /** Step by step, as the white paper has it; the end is that of the compact way. */
  @Test
  default void theLiteralWay() throws Exception {
    audited(
        p -> {
          Agreement a = p.agreement(1, Agreement.Funding.WALLET);
          p.send(Party.BUYER, new LedgerCommand.RecordOffer(p.id(a)));
          is(p, a, AgreementStatus.OFFER_RECORDED);
          p.send(Party.SELLER, new LedgerCommand.AcceptOffer(a));
          is(p, a, AgreementStatus.ACCEPTED);
          p.send(Party.BUYER, new LedgerCommand.DepositFee(a));
          is(p, a, AgreementStatus.FEE_HELD);
          p.send(Party.BUYER, new LedgerCommand.FundChannel(a));
          is(p, a, AgreementStatus.OPEN);
          LedgerCommand statement = new LedgerCommand.Terminate(a, p.tokens(4), Parties.INVOICE);
          p.send(Party.BUYER, statement);
          is(p, a, AgreementStatus.OPEN);
          p.send(Party.SELLER, statement);
          ended(p, a, 4, 6);
          assertThat(less(p, Party.BUYER)).isEqualTo(p.tokens(5));
        });
  }

  /** From the vault, by a stranger's transaction. */
  @Test
  default void theVaultsWay() throws Exception {
    audited(
        p -> {
          Agreement a = p.agreement(1, Agreement.Funding.VAULT);
          p.refused(Party.STRANGER, ErrorCode.INSUFFICIENT_FUNDS, p.open(a));
          p.send(Party.BUYER, new LedgerCommand.VaultDeposit(p.tokens(20)));
          p.send(Party.STRANGER, p.open(a));
          assertThat(p.vault(Party.BUYER)).isEqualTo(p.tokens(9));
          p.send(Party.STRANGER, p.settle(a, p.tokens(4)));
          ended(p, a, 4, 6);
          assertThat(p.vault(Party.BUYER)).isEqualTo(p.tokens(15));
          p.refused(
              Party.BUYER,
              ErrorCode.INSUFFICIENT_FUNDS,
              new LedgerCommand.VaultWithdraw(p.tokens(16)));
          p.send(Party.BUYER, new LedgerCommand.VaultWithdraw(p.tokens(15)));
          assertThat(p.vault(Party.BUYER)).isEqualTo(p.tokens(0));
          assertThat(less(p, Party.BUYER)).isEqualTo(p.tokens(5));
        });
  }

  /** The seller gets out alone with its best voucher, ticks included. */
  @Test
  default void theSellerGetsOutAlone() throws Exception {
    audited(
        p -> {
          Agreement a = p.agreement(1, Agreement.Funding.WALLET);
          p.send(Party.BUYER, p.open(a));
          p.send(Party.STRANGER, new LedgerCommand.TopUp(a, p.tokens(5)));
          assertThat(p.record(a).topUps()).isEqualTo(p.tokens(5));
          p.send(
              Party.SELLER,
              new LedgerCommand.Release(
                  a, Optional.of(p.claim(a, p.tokens(3), p.tokens(2), 8, 4))));
          ended(p, a, 11, 4);
        });
  }

  /** The buyer gets out alone after the challenge time, in which the seller can still claim. */
  @Test
  default void theBuyerGetsOutAlone() throws Exception {
    audited(
        p -> {
          Agreement a = p.agreement(1, Agreement.Funding.WALLET);
          p.send(Party.BUYER, p.open(a));
          p.refused(Party.SELLER, ErrorCode.NOT_ALLOWED, new LedgerCommand.RequestClose(a));
          p.send(Party.BUYER, new LedgerCommand.RequestClose(a));
          is(p, a, AgreementStatus.CLOSING);
          Instant deadline = p.record(a).deadline().orElseThrow();
          p.refused(Party.STRANGER, ErrorCode.BAD_TIME, new LedgerCommand.Finalize(a));
          p.send(Party.SELLER, new LedgerCommand.Claim(a, p.claim(a, p.tokens(2))));
          assertThat(p.record(a).deadline()).as("nothing moves it").contains(deadline);
          p.bench().advance(p.challenge());
          p.send(Party.STRANGER, new LedgerCommand.Finalize(a));
          ended(p, a, 2, 8);
        });
  }

  /** What was not opened can be made sure never to be; what was paid for it comes back. */
  @Test
  default void whatWasNotOpenedNeverWillBe() throws Exception {
    audited(
        p -> {
          Agreement a = p.agreement(1, Agreement.Funding.WALLET);
          p.refused(Party.STRANGER, ErrorCode.NOT_ALLOWED, new LedgerCommand.Cancel(a));
          p.send(Party.SELLER, new LedgerCommand.Cancel(a));
          is(p, a, AgreementStatus.LAPSED);
          p.refused(Party.BUYER, ErrorCode.WRONG_STATE, p.open(a));

          Agreement literal = p.agreement(2, Agreement.Funding.WALLET);
          p.send(Party.BUYER, new LedgerCommand.RecordOffer(p.id(literal)));
          p.send(Party.SELLER, new LedgerCommand.AcceptOffer(literal));
          p.send(Party.BUYER, new LedgerCommand.DepositFee(literal));
          p.send(Party.BUYER, new LedgerCommand.ReclaimFee(literal));
          is(p, literal, AgreementStatus.LAPSED);
          assertThat(less(p, Party.BUYER)).isEqualTo(p.tokens(0));

          Agreement late = p.agreement(3, Agreement.Funding.WALLET);
          p.bench().advance(Duration.ofSeconds(3_601));
          p.refused(Party.BUYER, ErrorCode.EXPIRED, p.open(late));
        });
  }

  /** A listing costs its fee; withdrawn, it is gone. */
  @Test
  default void aListingCostsItsFee() throws Exception {
    audited(
        p -> {
          ListingId id = new ListingId(p.address(Party.SELLER), Parties.INVOICE);
          Instant until = p.bench().now().plusSeconds(1_000);
          p.refused(Party.SELLER, ErrorCode.NOT_FOUND, new LedgerCommand.Withdraw(Parties.INVOICE));
          p.send(Party.SELLER, new LedgerCommand.Advertise(Parties.INVOICE, "ipfs://x", until));
          ListingRecord listed = p.of(Party.BUYER).listing(id, Finality.PENDING).orElseThrow();
          assertThat(listed.id()).isEqualTo(id);
          assertThat(listed.uri()).isEqualTo("ipfs://x");
          assertThat(listed.validUntil()).isEqualTo(until);
          assertThat(less(p, Party.SELLER)).isEqualTo(p.info().parameters().listingFee());
          p.send(
              Party.SELLER,
              new LedgerCommand.Advertise(Parties.INVOICE, "ipfs://y", until.plusSeconds(1)));
          assertThat(p.of(Party.BUYER).listing(id, Finality.PENDING).orElseThrow().sequence())
              .isGreaterThan(listed.sequence());
          p.send(Party.SELLER, new LedgerCommand.Withdraw(Parties.INVOICE));
          assertThat(p.of(Party.BUYER).listing(id, Finality.PENDING)).isEmpty();
          p.refused(
              Party.SELLER,
              ErrorCode.BAD_TIME,
              new LedgerCommand.Advertise(Parties.INVOICE, "ipfs://x", p.bench().now()));
        });
  }
}
