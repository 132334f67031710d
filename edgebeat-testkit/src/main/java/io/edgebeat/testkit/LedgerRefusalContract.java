package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.testkit.LedgerBench.Party;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@code Ledger} refuses, or pays nothing for. In each of these tests two other
 * agreements are open and funded, and are as they were afterwards; then all tokens are counted.
 */
@Timeout(600)
public interface LedgerRefusalContract {

  /** Which commands about an agreement are legal in which status; all others are refused. */
  Map<AgreementStatus, Set<String>> LEGAL =
      Map.of(
          AgreementStatus.NONE, Set.of("RecordOffer", "Open", "Cancel"),
          AgreementStatus.OFFER_RECORDED, Set.of("RecordOffer", "AcceptOffer", "Open", "Cancel"),
          AgreementStatus.ACCEPTED, Set.of("DepositFee", "Cancel"),
          AgreementStatus.FEE_HELD, Set.of("FundChannel", "ReclaimFee"),
          AgreementStatus.OPEN,
              Set.of(
                  "TopUp", "Claim", "RequestClose", "Terminate", "Settle", "Release", "Finalize"),
          AgreementStatus.CLOSING, Set.of("Claim", "Terminate", "Settle", "Release", "Finalize"),
          AgreementStatus.CLOSED, Set.of(),
          AgreementStatus.LAPSED, Set.of());

  /**
   * Makes a ledger.
   *
   * @return a ledger that is empty but for the funds; the test closes it
   * @throws Exception when it cannot be made
   */
  LedgerBench createBench() throws Exception;

  private void besideTwoOthers(Parties.History history) throws Exception {
    try (Parties p = new Parties(createBench())) {
      List<Agreement> others = List.of(funded(p, 101), funded(p, 102));
      List<AgreementRecord> before = others.stream().map(p::record).toList();
      history.play(p);
      assertThat(others.stream().map(p::record)).isEqualTo(before);
      Balances.check(p.of(Party.BUYER), p.bench().funds());
    }
  }

  private static Agreement funded(Parties p, int salt) throws InterruptedException {
    Agreement a = p.agreement(salt, Agreement.Funding.WALLET);
    p.send(Party.BUYER, p.open(a));
    return a;
  }

  private static List<Amount> balances(Parties p) {
    List<Amount> balances = new ArrayList<>();
    for (Party party : Party.values()) {
      balances.add(p.balance(party));
    }
    return balances;
  }

  /** An agreement in every status there is. */
  private static Map<AgreementStatus, Agreement> inEveryStatus(Parties p) throws Exception {
    Map<AgreementStatus, Agreement> all = new EnumMap<>(AgreementStatus.class);
    int salt = 0;
    for (AgreementStatus status : AgreementStatus.values()) {
      Agreement a = p.agreement(++salt, Agreement.Funding.WALLET);
      all.put(status, a);
      switch (status) {
        case NONE -> {}
        case OFFER_RECORDED, ACCEPTED, FEE_HELD -> {
          p.send(Party.BUYER, new LedgerCommand.RecordOffer(p.id(a)));
          if (status != AgreementStatus.OFFER_RECORDED) {
            p.send(Party.SELLER, new LedgerCommand.AcceptOffer(a));
          }
          if (status == AgreementStatus.FEE_HELD) {
            p.send(Party.BUYER, new LedgerCommand.DepositFee(a));
          }
        }
        case OPEN -> p.send(Party.BUYER, p.open(a));
        case CLOSING -> {
          p.send(Party.BUYER, p.open(a));
          p.send(Party.BUYER, new LedgerCommand.RequestClose(a));
        }
        case CLOSED -> {
          p.send(Party.BUYER, p.open(a));
          p.send(Party.SELLER, p.settle(a, p.tokens(3)));
        }
        case LAPSED -> p.send(Party.SELLER, new LedgerCommand.Cancel(a));
      }
      assertThat(p.record(a).status()).isEqualTo(status);
    }
    return all;
  }

  /** Every command about an agreement, with a sender that may send it. */
  private static Map<LedgerCommand, Party> commands(Parties p, Agreement a) {
    VoucherClaim claim = p.claim(a, p.tokens(2));
    return Map.ofEntries(
        Map.entry(new LedgerCommand.RecordOffer(p.id(a)), Party.BUYER),
        Map.entry(new LedgerCommand.AcceptOffer(a), Party.SELLER),
        Map.entry(new LedgerCommand.DepositFee(a), Party.BUYER),
        Map.entry(new LedgerCommand.ReclaimFee(a), Party.BUYER),
        Map.entry(new LedgerCommand.FundChannel(a), Party.BUYER),
        Map.entry(p.open(a), Party.STRANGER),
        Map.entry(new LedgerCommand.Cancel(a), Party.BUYER),
        Map.entry(new LedgerCommand.TopUp(a, p.tokens(1)), Party.STRANGER),
        Map.entry(new LedgerCommand.Claim(a, claim), Party.STRANGER),
        Map.entry(new LedgerCommand.RequestClose(a), Party.BUYER),
        Map.entry(new LedgerCommand.Terminate(a, p.tokens(2), Parties.INVOICE), Party.SELLER),
        Map.entry(p.settle(a, p.tokens(4)), Party.STRANGER),
        Map.entry(new LedgerCommand.Release(a, Optional.of(claim)), Party.SELLER),
        Map.entry(new LedgerCommand.Finalize(a), Party.STRANGER));
  }

  /** Every pair of status and command that is not legal is refused, and both are named. */
  @Test
  default void everyPairThatIsNotLegalIsRefusedWithBothNamed() throws Exception {
    besideTwoOthers(
        p -> {
          int pairs = 0;
          for (Map.Entry<AgreementStatus, Agreement> at : inEveryStatus(p).entrySet()) {
            AgreementStatus status = at.getKey();
            Agreement a = at.getValue();
            AgreementRecord before = p.record(a);
            List<Amount> balances = balances(p);
            for (Map.Entry<LedgerCommand, Party> sent : commands(p, a).entrySet()) {
              LedgerCommand command = sent.getKey();
              if (p.info().commands().contains(command.getClass())
                  && !LEGAL.getOrDefault(status, Set.of()).contains(command.name())) {
                String reason = p.refused(sent.getValue(), ErrorCode.WRONG_STATE, command);
                assertThat(reason).contains(command.name(), status.name(), p.id(a).toString());
                pairs++;
              }
            }
            assertThat(p.record(a)).isEqualTo(before);
            assertThat(balances(p)).as("nothing moved while %s", status).isEqualTo(balances);
          }
          if (p.info().commands().size() == LedgerCommand.class.getPermittedSubclasses().length) {
            assertThat(pairs).isEqualTo(8 * 14 - 23);
          }
        });
  }

  /** A claim above the deposit pays the deposit; after that nothing is left to pay. */
  @Test
  default void aClaimAboveTheDepositPaysTheDeposit() throws Exception {
    besideTwoOthers(
        p -> {
          Agreement a = funded(p, 1);
          Amount before = p.balance(Party.SELLER);
          p.send(Party.STRANGER, new LedgerCommand.Claim(a, p.claim(a, p.tokens(11))));
          claimed(p, a, 10);
          Amount largest = new Amount(p.info().asset(), Amount.MAX);
          p.send(Party.STRANGER, new LedgerCommand.Claim(a, p.claim(a, largest)));
          p.send(
              Party.STRANGER,
              new LedgerCommand.Claim(a, p.claim(a, largest, largest, 1_024, 1_024)));
          claimed(p, a, 10);
          assertThat(p.balance(Party.SELLER).minus(before)).isEqualTo(p.tokens(10));
        });
  }

  private static void claimed(Parties p, Agreement a, long tokens) {
    assertThat(p.record(a).claimed()).isEqualTo(p.tokens(tokens));
    assertThat(p.record(a).status()).isEqualTo(AgreementStatus.OPEN);
  }

  /** A voucher that goes back behind one that was claimed pays nothing and takes nothing. */
  @Test
  default void aVoucherThatGoesBackPaysNothing() throws Exception {
    besideTwoOthers(
        p -> {
          Agreement a = funded(p, 1);
          p.send(Party.SELLER, new LedgerCommand.Claim(a, p.claim(a, p.tokens(4))));
          List<Amount> balances = balances(p);
          p.send(Party.SELLER, new LedgerCommand.Claim(a, p.claim(a, p.tokens(3))));
          p.send(Party.STRANGER, new LedgerCommand.Claim(a, p.claim(a, p.tokens(4))));
          claimed(p, a, 4);
          assertThat(balances(p)).isEqualTo(balances);
        });
  }

  private static void badClaim(Parties p, Agreement a, ErrorCode code, VoucherClaim claim)
      throws Exception {
    List<Amount> balances = balances(p);
    p.refused(Party.SELLER, code, new LedgerCommand.Claim(a, claim));
    p.refused(Party.SELLER, code, new LedgerCommand.Release(a, Optional.of(claim)));
    claimed(p, a, 0);
    assertThat(balances(p)).isEqualTo(balances);
  }

  /** A voucher counts for its agreement, its contract and its chain, and by its key, only. */
  @Test
  default void aVoucherForAnotherAgreementContractOrChainIsRefused() throws Exception {
    besideTwoOthers(
        p -> {
          Agreement a = funded(p, 1);
          Agreement other = funded(p, 2);
          badClaim(p, a, ErrorCode.BAD_PAYMENT, p.claim(other, p.tokens(1)));
          SigningDomain here = p.info().domain();
          byte[] address = here.verifyingContract().toBytes();
          address[19] ^= 1;
          SigningDomain chain =
              SigningDomain.edgeBeat(here.chainId() + 1, here.verifyingContract());
          SigningDomain contract = SigningDomain.edgeBeat(here.chainId(), Address.of(address));
          for (SigningDomain elsewhere : List.of(chain, contract)) {
            badClaim(p, a, ErrorCode.BAD_SIGNATURE, p.signedIn(elsewhere, a, p.tokens(1)));
          }
          badClaim(p, a, ErrorCode.BAD_SIGNATURE, p.signedBy(Party.BUYER, p.claim(a, p.tokens(1))));
        });
  }

  /** A preimage that is not that of the tick, and a tick behind the last, pay nothing. */
  @Test
  default void aPreimageThatDoesNotHashUpIsRefused() throws Exception {
    besideTwoOthers(
        p -> {
          Agreement a = funded(p, 1);
          VoucherClaim good = p.claim(a, p.tokens(1), p.tokens(1), 4, 2);
          Bytes32 third = p.claim(a, p.tokens(1), p.tokens(1), 4, 3).preimage();
          byte[] flipped = good.preimage().toBytes();
          flipped[31] ^= 1;
          for (Bytes32 wrong : List.of(third, Bytes32.ZERO, Bytes32.of(flipped))) {
            badClaim(p, a, ErrorCode.BAD_PAYMENT, new VoucherClaim(good.voucher(), 2, wrong));
          }
          for (int tick : new int[] {5, 1_000_000, Integer.MAX_VALUE}) {
            badClaim(p, a, ErrorCode.BAD_PAYMENT, new VoucherClaim(good.voucher(), tick, third));
          }
          p.send(Party.SELLER, new LedgerCommand.Claim(a, good));
          claimed(p, a, 3);
        });
  }

  /** A settlement takes nothing back, gives no more than there is, and is for its agreement. */
  @Test
  default void aSettlementBelowWhatWasClaimedIsRefused() throws Exception {
    besideTwoOthers(
        p -> {
          Agreement a = funded(p, 1);
          Agreement other = funded(p, 2);
          p.send(Party.SELLER, new LedgerCommand.Claim(a, p.claim(a, p.tokens(4))));
          List<Amount> balances = balances(p);
          String below = p.refused(Party.SELLER, ErrorCode.BAD_AMOUNT, p.settle(a, p.tokens(3)));
          assertThat(below).contains(p.tokens(3).toString(), p.tokens(4).toString());
          String above = p.refused(Party.SELLER, ErrorCode.BAD_AMOUNT, p.settle(a, p.tokens(11)));
          assertThat(above).contains(p.tokens(11).toString(), p.tokens(10).toString());
          LedgerCommand.Settle strange = p.settle(other, p.tokens(5));
          p.refused(
              Party.SELLER,
              ErrorCode.BAD_SIGNATURE,
              new LedgerCommand.Settle(a, strange.settlement(), strange.buyer(), strange.seller()));
          claimed(p, a, 4);
          assertThat(balances(p)).isEqualTo(balances);
          p.send(Party.SELLER, p.settle(a, p.tokens(4)));
          assertThat(p.record(a).paid()).isEqualTo(p.tokens(4));
        });
  }

  /** An open that was not signed by both, here, and a transfer of what is not there. */
  @Test
  default void whatIsNotSignedOrNotThereMovesNothing() throws Exception {
    besideTwoOthers(
        p -> {
          Agreement fresh = p.agreement(1, Agreement.Funding.WALLET);
          List<Amount> balances = balances(p);
          SigningDomain here = p.info().domain();
          SigningDomain elsewhere =
              SigningDomain.edgeBeat(here.chainId() + 1, here.verifyingContract());
          for (var forged :
              List.of(
                  p.sign(Party.STRANGER, fresh),
                  p.sign(Party.SELLER, fresh),
                  p.sign(Party.BUYER, fresh, elsewhere))) {
            p.refused(
                Party.STRANGER,
                ErrorCode.BAD_SIGNATURE,
                new LedgerCommand.Open(
                    fresh, Optional.of(forged), Optional.of(p.sign(Party.SELLER, fresh))));
          }
          p.refused(
              Party.STRANGER,
              ErrorCode.INSUFFICIENT_FUNDS,
              new LedgerCommand.Transfer(
                  p.address(Party.SELLER), p.balance(Party.STRANGER).plus(p.tokens(1))));
          p.refused(
              Party.STRANGER,
              ErrorCode.BAD_AMOUNT,
              new LedgerCommand.Transfer(p.address(Party.SELLER), p.tokens(0)));
          assertThat(p.record(fresh).status()).isEqualTo(AgreementStatus.NONE);
          assertThat(balances(p)).isEqualTo(balances);
        });
  }
}
