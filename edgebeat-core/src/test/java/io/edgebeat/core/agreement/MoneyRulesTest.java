package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Agreement.Funding;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.core.agreement.Verdict.Done;
import io.edgebeat.core.agreement.Verdict.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class MoneyRulesTest {
  private static final Address BUYER = address(1);
  private static final Address SELLER = address(2);
  private static final Address KEY = address(3);
  private static final Address STRANGER = address(4);
  private static final Instant T0 = Instant.ofEpochSecond(1_000_000);
  private static final Instant OPEN_BY = T0.plusSeconds(600);
  private static final Instant EXPIRY = T0.plusSeconds(10_000);
  private static final Duration CHALLENGE = Duration.ofHours(2);
  private static final Bytes32 INVOICE = Bytes32.of(filled(32, 9));
  private static final SigningDomain DOMAIN = SigningDomain.edgeBeat(7, address(99));
  private static final LedgerParameters PARAMETERS = LedgerParameters.DEFAULTS;
  private static final Agreement AGREEMENT =
      new Agreement(
          BUYER,
          SELLER,
          KEY,
          Edg.of("10"),
          Edg.of("1"),
          OPEN_BY,
          EXPIRY,
          CHALLENGE,
          0,
          0,
          Funding.WALLET,
          Bytes32.ZERO);
  private static final AgreementId ID = AGREEMENT.id(DOMAIN);

  /** Signatures without a curve: who and what are written into them. */
  private final MoneyRules rules =
      new MoneyRules(
          DOMAIN,
          PARAMETERS,
          (digest, s) -> {
            Address signer = Address.of(Arrays.copyOf(s.toBytes(), 20));
            return Optional.of(signer).filter(who -> s.equals(sign(who, digest)));
          });

  private static Address address(int n) {
    return Address.of(filled(20, n));
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Signature sign(Address who, Bytes32 digest) {
    byte[] bytes = new byte[65];
    who.copyTo(bytes, 0);
    digest.copyTo(bytes, 20);
    return Signature.of(bytes);
  }

  private static LedgerCommand.Open open(Agreement a) {
    Bytes32 digest = a.digest(DOMAIN);
    return new LedgerCommand.Open(
        a, Optional.of(sign(a.buyer(), digest)), Optional.of(sign(a.seller(), digest)));
  }

  private static VoucherClaim voucher(String amount) {
    return voucher(Edg.of(amount), Edg.units(0), 0, 0);
  }

  private static VoucherClaim voucher(Amount base, Amount tick, int count, int k) {
    Bytes32[] links = TickChain.links(ID, Bytes32.of(filled(32, 5)), count);
    Voucher v =
        new Voucher(ID, 1, base, count == 0 ? Bytes32.ZERO : links[0], tick, count, Bytes32.ZERO);
    return new VoucherClaim(
        new Signed<>(v, sign(KEY, v.digest(DOMAIN))), k, k == 0 ? Bytes32.ZERO : links[k]);
  }

  private static LedgerCommand.Settle settle(String amount) {
    Settlement s = new Settlement(ID, Edg.of(amount), INVOICE);
    Bytes32 digest = s.digest(DOMAIN);
    return new LedgerCommand.Settle(
        AGREEMENT, s, Optional.of(sign(KEY, digest)), Optional.of(sign(SELLER, digest)));
  }

  private ChannelState after(ChannelState state, LedgerCommand command, Address by, Instant at) {
    Verdict verdict = rules.decide(state, command, by, at, false);
    assertThat(verdict).as("%s", command.name()).isInstanceOf(Done.class);
    return ((Done) verdict).state();
  }

  private Map<AgreementStatus, ChannelState> states() {
    Map<AgreementStatus, ChannelState> states = new EnumMap<>(AgreementStatus.class);
    ChannelState none = ChannelState.NONE;
    ChannelState recorded = after(none, new LedgerCommand.RecordOffer(ID), BUYER, T0);
    ChannelState accepted = after(recorded, new LedgerCommand.AcceptOffer(AGREEMENT), SELLER, T0);
    ChannelState held = after(accepted, new LedgerCommand.DepositFee(AGREEMENT), BUYER, T0);
    ChannelState open = after(held, new LedgerCommand.FundChannel(AGREEMENT), BUYER, T0);
    states.put(AgreementStatus.NONE, none);
    states.put(AgreementStatus.OFFER_RECORDED, recorded);
    states.put(AgreementStatus.ACCEPTED, accepted);
    states.put(AgreementStatus.FEE_HELD, held);
    states.put(AgreementStatus.OPEN, open);
    states.put(
        AgreementStatus.CLOSING, after(open, new LedgerCommand.RequestClose(AGREEMENT), BUYER, T0));
    states.put(AgreementStatus.CLOSED, after(open, settle("3"), STRANGER, T0));
    states.put(
        AgreementStatus.LAPSED, after(none, new LedgerCommand.Cancel(AGREEMENT), SELLER, T0));
    return states;
  }

  private record Legal(LedgerCommand command, Address by, Instant at) {}

  /** Every command with sender and time that its guards accept. */
  private static Map<MoneyEvent, Legal> commands() {
    Map<MoneyEvent, Legal> all = new LinkedHashMap<>();
    Agreement a = AGREEMENT;
    all.put(MoneyEvent.RECORD_OFFER, new Legal(new LedgerCommand.RecordOffer(ID), STRANGER, T0));
    all.put(MoneyEvent.ACCEPT_OFFER, new Legal(new LedgerCommand.AcceptOffer(a), SELLER, T0));
    all.put(MoneyEvent.DEPOSIT_FEE, new Legal(new LedgerCommand.DepositFee(a), BUYER, T0));
    all.put(MoneyEvent.RECLAIM_FEE, new Legal(new LedgerCommand.ReclaimFee(a), BUYER, T0));
    all.put(MoneyEvent.FUND_CHANNEL, new Legal(new LedgerCommand.FundChannel(a), BUYER, T0));
    all.put(MoneyEvent.OPEN, new Legal(open(a), STRANGER, T0));
    all.put(MoneyEvent.CANCEL, new Legal(new LedgerCommand.Cancel(a), BUYER, T0));
    all.put(MoneyEvent.TOP_UP, new Legal(new LedgerCommand.TopUp(a, Edg.of("1")), STRANGER, T0));
    all.put(MoneyEvent.CLAIM, new Legal(new LedgerCommand.Claim(a, voucher("2")), STRANGER, T0));
    all.put(MoneyEvent.REQUEST_CLOSE, new Legal(new LedgerCommand.RequestClose(a), BUYER, T0));
    all.put(
        MoneyEvent.STATEMENT,
        new Legal(new LedgerCommand.Terminate(a, Edg.of("2"), INVOICE), SELLER, T0));
    all.put(MoneyEvent.SETTLE, new Legal(settle("4"), STRANGER, T0));
    all.put(
        MoneyEvent.RELEASE,
        new Legal(new LedgerCommand.Release(a, Optional.of(voucher("2"))), SELLER, T0));
    all.put(
        MoneyEvent.FINALIZE,
        new Legal(new LedgerCommand.Finalize(a), STRANGER, EXPIRY.plus(CHALLENGE)));
    return all;
  }

  /** The whole product of states and commands: as the table says, or refused with both named. */
  @TestFactory
  Stream<DynamicTest> everyPairDoesWhatTheTableSays() {
    List<DynamicTest> tests = new ArrayList<>();
    states()
        .forEach(
            (status, state) ->
                commands()
                    .forEach(
                        (event, c) ->
                            tests.add(
                                dynamicTest(
                                    status + " " + event, () -> pair(status, state, event, c)))));
    assertThat(tests).hasSize(8 * 14);
    return tests.stream();
  }

  private void pair(AgreementStatus status, ChannelState state, MoneyEvent event, Legal c) {
    Verdict verdict = rules.decide(state, c.command, c.by, c.at, false);
    Optional<Table.Row<AgreementStatus, MoneyEvent>> row = MoneyTable.TABLE.find(status, event);
    if (row.isPresent()) {
      assertThat(verdict).isInstanceOf(Done.class);
      Done done = (Done) verdict;
      assertThat(done.state().toRecord(ID).status()).isEqualTo(row.get().to());
      assertThat(done.events()).isNotEmpty();
      conserves(state, done);
    } else {
      assertThat(verdict)
          .isInstanceOfSatisfying(
              Refused.class,
              r -> {
                assertThat(r.code()).isEqualTo(ErrorCode.WRONG_STATE);
                assertThat(r.reason()).contains(c.command.name(), status.name(), ID.toString());
              });
    }
  }

  private static void conserves(ChannelState before, Done done) {
    Amount in = before.held();
    Amount out = Edg.units(0);
    for (Movement m : done.movements()) {
      assertThat(m.amount().isZero()).isFalse();
      switch (m.kind()) {
        case FROM_WALLET, FROM_VAULT -> in = in.plus(m.amount());
        case TO_WALLET, TO_VAULT, TO_POT -> out = out.plus(m.amount());
      }
    }
    assertThat(in).isEqualTo(out.plus(done.state().held()));
  }

  /** The table has no row that no command leads to, but the one nobody sends. */
  @Test
  void everyRowHasACommand() {
    Set<MoneyEvent> covered = new LinkedHashSet<>(commands().keySet());
    covered.add(MoneyEvent.LAPSE);
    assertThat(covered).containsExactlyInAnyOrder(MoneyEvent.values());
  }

  // Guards of open.

  private void refusedOpen(UnaryOperator<Object[]> change, ErrorCode code, String named) {
    Agreement a = AGREEMENT;
    Object[] f = {
      a.buyer(),
      a.seller(),
      a.voucherKey(),
      a.deposit(),
      a.fee(),
      a.openBy(),
      a.expiry(),
      a.challenge(),
      a.tenant(),
      a.policy()
    };
    f = change.apply(f);
    Agreement b =
        new Agreement(
            (Address) f[0],
            (Address) f[1],
            (Address) f[2],
            (Amount) f[3],
            (Amount) f[4],
            (Instant) f[5],
            (Instant) f[6],
            (Duration) f[7],
            (Long) f[8],
            (Long) f[9],
            a.funding(),
            a.termsHash());
    refused(ChannelState.NONE, open(b), STRANGER, T0, code, named);
    ChannelState recorded =
        after(ChannelState.NONE, new LedgerCommand.RecordOffer(b.id(DOMAIN)), b.buyer(), T0);
    refused(recorded, new LedgerCommand.AcceptOffer(b), b.seller(), T0, code, named);
  }

  private void refused(
      ChannelState state,
      LedgerCommand command,
      Address by,
      Instant at,
      ErrorCode code,
      String named) {
    assertThat(rules.decide(state, command, by, at, false))
        .isInstanceOfSatisfying(
            Refused.class,
            r -> {
              assertThat(r.code()).as(r.reason()).isEqualTo(code);
              assertThat(r.reason()).contains(named);
            });
  }

  private static UnaryOperator<Object[]> set(int field, Object value) {
    return f -> {
      f[field] = value;
      return f;
    };
  }

  @Test
  void openChecksEveryFieldOnce() {
    refusedOpen(set(0, SELLER), ErrorCode.INVALID_ARGUMENT, SELLER.toString());
    refusedOpen(set(2, Address.ZERO), ErrorCode.INVALID_ARGUMENT, Address.ZERO.toString());
    refusedOpen(set(2, SELLER), ErrorCode.INVALID_ARGUMENT, SELLER.toString());
    refusedOpen(set(3, Edg.units(0)), ErrorCode.BAD_AMOUNT, "0 EDG");
    Amount above = PARAMETERS.depositCap().plus(Edg.units(1));
    refusedOpen(set(3, above), ErrorCode.BAD_AMOUNT, above.toString());
    Amount below = PARAMETERS.feeFloor().minus(Edg.units(1));
    refusedOpen(set(4, below), ErrorCode.BAD_AMOUNT, below.toString());
    refusedOpen(set(5, T0.minusSeconds(1)), ErrorCode.EXPIRED, T0.minusSeconds(1).toString());
    refusedOpen(set(6, OPEN_BY.minusSeconds(1)), ErrorCode.BAD_TIME, OPEN_BY.toString());
    Instant far = T0.plus(PARAMETERS.maxLife()).plusSeconds(1);
    refusedOpen(set(6, far), ErrorCode.BAD_TIME, far.toString());
    Duration shorter = PARAMETERS.minChallenge().minusSeconds(1);
    refusedOpen(set(7, shorter), ErrorCode.BAD_TIME, shorter.toString());
    Duration longer = PARAMETERS.maxChallenge().plusSeconds(1);
    refusedOpen(set(7, longer), ErrorCode.BAD_TIME, longer.toString());
    refusedOpen(set(7, Duration.ZERO), ErrorCode.BAD_TIME, "PT0S");
    refusedOpen(set(8, 5L), ErrorCode.GATE_REFUSED, "5");
    refusedOpen(set(9, 6L), ErrorCode.GATE_REFUSED, "6");
    Amount foreign = Amount.of(new Asset("FOO", 18), 5);
    refusedOpen(f -> set(4, foreign).apply(set(3, foreign).apply(f)), ErrorCode.BAD_AMOUNT, "FOO");
  }

  @Test
  void boundsThemselvesAreLegal() {
    Agreement a =
        new Agreement(
            BUYER,
            SELLER,
            BUYER,
            PARAMETERS.depositCap(),
            PARAMETERS.feeFloor(),
            T0,
            T0.plus(PARAMETERS.maxLife()),
            PARAMETERS.maxChallenge(),
            0,
            0,
            Funding.VAULT,
            INVOICE);
    Verdict verdict = rules.decide(ChannelState.NONE, open(a), STRANGER, T0, false);
    assertThat(verdict).isInstanceOf(Done.class);
    assertThat(((Done) verdict).movements())
        .extracting(Movement::kind)
        .containsExactly(Movement.Kind.FROM_VAULT, Movement.Kind.FROM_VAULT);
  }

  @Test
  void pauseStopsNewAgreementsOnly() {
    for (LedgerCommand c :
        List.of(open(AGREEMENT), new LedgerCommand.RecordOffer(AGREEMENT.id(DOMAIN)))) {
      assertThat(rules.decide(ChannelState.NONE, c, BUYER, T0, true))
          .isInstanceOfSatisfying(
              Refused.class, r -> assertThat(r.code()).isEqualTo(ErrorCode.PAUSED));
    }
    states()
        .forEach(
            (status, state) ->
                commands()
                    .forEach(
                        (event, c) -> {
                          boolean opens =
                              event == MoneyEvent.OPEN
                                  || event == MoneyEvent.RECORD_OFFER
                                  || event == MoneyEvent.ACCEPT_OFFER;
                          if (!opens) {
                            assertThat(rules.decide(state, c.command, c.by, c.at, true))
                                .isEqualTo(rules.decide(state, c.command, c.by, c.at, false));
                          }
                        }));
  }

  @Test
  void openNeedsBothSidesEachBySignatureOrBySending() {
    Bytes32 digest = ID.digest();
    Optional<Signature> buyer = Optional.of(sign(BUYER, digest));
    Optional<Signature> seller = Optional.of(sign(SELLER, digest));
    Optional<Signature> none = Optional.empty();
    ChannelState s = ChannelState.NONE;
    after(s, new LedgerCommand.Open(AGREEMENT, none, seller), BUYER, T0);
    after(s, new LedgerCommand.Open(AGREEMENT, buyer, none), SELLER, T0);
    ErrorCode bad = ErrorCode.BAD_SIGNATURE;
    refused(s, new LedgerCommand.Open(AGREEMENT, none, seller), STRANGER, T0, bad, "buyer");
    refused(s, new LedgerCommand.Open(AGREEMENT, buyer, none), BUYER, T0, bad, "seller");
    refused(s, new LedgerCommand.Open(AGREEMENT, seller, seller), STRANGER, T0, bad, "buyer");
    refused(s, new LedgerCommand.Open(AGREEMENT, buyer, buyer), STRANGER, T0, bad, "seller");
    Optional<Signature> key = Optional.of(sign(KEY, digest));
    refused(s, new LedgerCommand.Open(AGREEMENT, key, seller), STRANGER, T0, bad, "buyer");
  }

  // The literal way.

  @Test
  void aRecordedOfferCountsForTheBuyerOnlyAndHindersNobody() {
    ChannelState byStranger =
        after(ChannelState.NONE, new LedgerCommand.RecordOffer(ID), STRANGER, T0);
    refused(
        byStranger,
        new LedgerCommand.AcceptOffer(AGREEMENT),
        SELLER,
        T0,
        ErrorCode.WRONG_STATE,
        "AcceptOffer is not legal in state NONE");
    refused(
        byStranger,
        new LedgerCommand.RecordOffer(ID),
        STRANGER,
        T0,
        ErrorCode.DUPLICATE,
        STRANGER.toString());
    after(byStranger, open(AGREEMENT), STRANGER, T0);
    ChannelState both = after(byStranger, new LedgerCommand.RecordOffer(ID), BUYER, T0);
    after(both, new LedgerCommand.AcceptOffer(AGREEMENT), SELLER, T0);
  }

  @Test
  void theLiteralWayHasItsPartiesAndItsTime() {
    Map<AgreementStatus, ChannelState> s = states();
    Instant late = OPEN_BY.plusSeconds(1);
    ChannelState recorded = s.get(AgreementStatus.OFFER_RECORDED);
    ChannelState accepted = s.get(AgreementStatus.ACCEPTED);
    ChannelState held = s.get(AgreementStatus.FEE_HELD);
    LedgerCommand accept = new LedgerCommand.AcceptOffer(AGREEMENT);
    LedgerCommand deposit = new LedgerCommand.DepositFee(AGREEMENT);
    LedgerCommand fund = new LedgerCommand.FundChannel(AGREEMENT);
    LedgerCommand reclaim = new LedgerCommand.ReclaimFee(AGREEMENT);
    LedgerCommand cancel = new LedgerCommand.Cancel(AGREEMENT);
    ErrorCode not = ErrorCode.NOT_ALLOWED;
    refused(recorded, accept, BUYER, T0, not, BUYER.toString());
    refused(recorded, accept, SELLER, late, ErrorCode.EXPIRED, OPEN_BY.toString());
    refused(accepted, deposit, SELLER, T0, not, SELLER.toString());
    refused(accepted, deposit, BUYER, late, ErrorCode.EXPIRED, OPEN_BY.toString());
    refused(held, fund, STRANGER, T0, not, STRANGER.toString());
    refused(held, fund, BUYER, late, ErrorCode.EXPIRED, OPEN_BY.toString());
    refused(held, reclaim, STRANGER, OPEN_BY, not, STRANGER.toString());
    after(held, reclaim, STRANGER, late);
    after(held, fund, BUYER, OPEN_BY);
    refused(ChannelState.NONE, cancel, STRANGER, T0, not, STRANGER.toString());
    ChannelState back = after(held, reclaim, BUYER, T0);
    assertThat(back.refunded()).isEqualTo(AGREEMENT.fee());
    assertThat(back.held().isZero()).isTrue();
  }

  @Test
  void literalAndCompactEndAlike() {
    ChannelState literal = states().get(AgreementStatus.OPEN);
    ChannelState compact = after(ChannelState.NONE, open(AGREEMENT), STRANGER, T0);
    assertThat(literal).isEqualTo(compact);
  }

  // Payment.

  @Test
  void aClaimPaysWhatItCanAndIsNeverTooLargeOrTooSmall() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    Amount huge = new Amount(Asset.EDG, Amount.MAX);
    VoucherClaim all = voucher(huge, huge, 1024, 1024);
    ChannelState paid = after(open, new LedgerCommand.Claim(AGREEMENT, all), STRANGER, T0);
    assertThat(paid.claimed()).isEqualTo(AGREEMENT.deposit());
    ChannelState again =
        after(paid, new LedgerCommand.Claim(AGREEMENT, voucher("1")), STRANGER, T0);
    assertThat(again).isEqualTo(paid);
    ChannelState some =
        after(
            open,
            new LedgerCommand.Claim(AGREEMENT, voucher(Edg.of("1"), Edg.of("0.5"), 8, 3)),
            STRANGER,
            EXPIRY.plus(CHALLENGE).plusSeconds(1));
    assertThat(some.claimed()).isEqualTo(Edg.of("2.5"));
    Done done =
        (Done)
            rules.decide(
                some, new LedgerCommand.Claim(AGREEMENT, voucher("1")), STRANGER, T0, false);
    assertThat(done.movements()).isEmpty();
    assertThat(done.events())
        .containsExactly(new LedgerEvent.Claimed(ID, Edg.units(0), Edg.of("2.5")));
  }

  @Test
  void aVoucherCountsForItsAgreementKeyAndChainOnly() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    VoucherClaim good = voucher(Edg.of("1"), Edg.of("0.5"), 8, 3);
    Voucher v = good.voucher().message();
    Voucher other =
        new Voucher(
            new AgreementId(INVOICE), 1, v.cumulative(), Bytes32.ZERO, Edg.units(0), 0, INVOICE);
    List<VoucherClaim> bad =
        List.of(
            new VoucherClaim(good.voucher(), 4, good.preimage()),
            new VoucherClaim(good.voucher(), 9, good.preimage()),
            new VoucherClaim(good.voucher(), -1, good.preimage()),
            new VoucherClaim(good.voucher(), 3, Bytes32.ZERO),
            new VoucherClaim(new Signed<>(other, sign(KEY, other.digest(DOMAIN))), 0, INVOICE));
    for (VoucherClaim claim : bad) {
      refused(
          open, new LedgerCommand.Claim(AGREEMENT, claim), SELLER, T0, ErrorCode.BAD_PAYMENT, "");
      refused(
          open,
          new LedgerCommand.Release(AGREEMENT, Optional.of(claim)),
          SELLER,
          T0,
          ErrorCode.BAD_PAYMENT,
          "");
    }
    for (Address signer : List.of(BUYER, SELLER, STRANGER)) {
      VoucherClaim forged =
          new VoucherClaim(new Signed<>(v, sign(signer, v.digest(DOMAIN))), 3, good.preimage());
      refused(
          open,
          new LedgerCommand.Claim(AGREEMENT, forged),
          BUYER,
          T0,
          ErrorCode.BAD_SIGNATURE,
          KEY.toString());
    }
  }

  /** The asset is no part of what is signed. */
  @Test
  void noOtherAssetIsMovedInPlaceOfTheOneThatWasSigned() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    Amount foreign = Amount.of(new Asset("FOO", 18), 5);
    Settlement s = new Settlement(ID, foreign, INVOICE);
    Bytes32 digest = s.digest(DOMAIN);
    List<LedgerCommand> commands =
        List.of(
            new LedgerCommand.TopUp(AGREEMENT, foreign),
            new LedgerCommand.Terminate(AGREEMENT, foreign, INVOICE),
            new LedgerCommand.Settle(
                AGREEMENT, s, Optional.of(sign(KEY, digest)), Optional.of(sign(SELLER, digest))),
            new LedgerCommand.Claim(AGREEMENT, voucher(foreign, Edg.units(0), 0, 0)),
            new LedgerCommand.Claim(AGREEMENT, voucher(Edg.units(1), foreign, 3, 1)),
            new LedgerCommand.Release(
                AGREEMENT, Optional.of(voucher(foreign, Edg.units(0), 0, 0))));
    for (LedgerCommand command : commands) {
      refused(open, command, SELLER, T0, ErrorCode.BAD_AMOUNT, "FOO");
    }
  }

  @Test
  void topUpsEndAtExpiryAndAtTheCap() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    LedgerCommand one = new LedgerCommand.TopUp(AGREEMENT, Edg.of("1"));
    assertThat(after(open, one, STRANGER, EXPIRY.minusSeconds(1)).topUps()).isEqualTo(Edg.of("1"));
    refused(open, one, STRANGER, EXPIRY, ErrorCode.EXPIRED, EXPIRY.toString());
    Amount rest = PARAMETERS.depositCap().minus(AGREEMENT.deposit());
    after(open, new LedgerCommand.TopUp(AGREEMENT, rest), STRANGER, T0);
    refused(
        open,
        new LedgerCommand.TopUp(AGREEMENT, rest.plus(Edg.units(1))),
        STRANGER,
        T0,
        ErrorCode.BAD_AMOUNT,
        "cap");
    refused(
        open,
        new LedgerCommand.TopUp(AGREEMENT, Edg.units(0)),
        STRANGER,
        T0,
        ErrorCode.BAD_AMOUNT,
        "zero");
    refused(
        open,
        new LedgerCommand.TopUp(AGREEMENT, new Amount(Asset.EDG, Amount.MAX)),
        STRANGER,
        T0,
        ErrorCode.BAD_AMOUNT,
        "cap");
  }

  // The end.

  @Test
  void theDeadlineIsFixedOnceAndBoundedByExpiry() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    LedgerCommand close = new LedgerCommand.RequestClose(AGREEMENT);
    LedgerCommand end = new LedgerCommand.Finalize(AGREEMENT);
    for (Address no : List.of(SELLER, KEY, STRANGER)) {
      refused(open, close, no, T0, ErrorCode.NOT_ALLOWED, no.toString());
    }
    ChannelState early = after(open, close, BUYER, T0);
    assertThat(early.deadline()).contains(T0.plus(CHALLENGE));
    ChannelState late = after(open, close, BUYER, EXPIRY.plusSeconds(5));
    assertThat(late.deadline()).contains(EXPIRY.plus(CHALLENGE));
    ChannelState claimed =
        after(early, new LedgerCommand.Claim(AGREEMENT, voucher("2")), SELLER, T0.plusSeconds(9));
    assertThat(claimed.deadline()).isEqualTo(early.deadline());
    Instant deadline = T0.plus(CHALLENGE);
    refused(claimed, end, BUYER, deadline.minusSeconds(1), ErrorCode.BAD_TIME, deadline.toString());
    assertThat(after(claimed, end, STRANGER, deadline).paid()).isEqualTo(Edg.of("2"));
    refused(
        open, end, BUYER, EXPIRY.plus(CHALLENGE).minusSeconds(1), ErrorCode.BAD_TIME, "deadline");
    assertThat(after(open, end, STRANGER, EXPIRY.plus(CHALLENGE)).refunded())
        .isEqualTo(AGREEMENT.total());
  }

  @Test
  void theFeeIsNeverMoreThanWhatWasPaid() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    for (String paid : List.of("0", "0.25", "1", "10")) {
      ChannelState closed = after(open, settle(paid), STRANGER, T0);
      assertThat(closed.feePaid()).isEqualTo(Edg.of(paid).min(AGREEMENT.fee()));
      assertThat(closed.paid().plus(closed.refunded()).plus(closed.feePaid()))
          .isEqualTo(AGREEMENT.total());
    }
  }

  @Test
  void settleIsBoundedByClaimedAndByTheChannel() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    ChannelState claimed =
        after(open, new LedgerCommand.Claim(AGREEMENT, voucher("3")), SELLER, T0);
    refused(claimed, settle("2"), STRANGER, T0, ErrorCode.BAD_AMOUNT, "2 EDG");
    refused(claimed, settle("10.1"), STRANGER, T0, ErrorCode.BAD_AMOUNT, "10.1 EDG");
    assertThat(after(claimed, settle("3"), STRANGER, T0).paid()).isEqualTo(Edg.of("3"));
    ChannelState more =
        after(claimed, new LedgerCommand.TopUp(AGREEMENT, Edg.of("1")), STRANGER, T0);
    ChannelState all = after(more, settle("11"), STRANGER, T0);
    assertThat(all.refunded().isZero()).isTrue();
  }

  @Test
  void settlementIsSignedByBuyerOrItsKeyAndByTheSellersMainKey() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    Settlement s = new Settlement(ID, Edg.of("2"), INVOICE);
    Bytes32 digest = s.digest(DOMAIN);
    Optional<Signature> none = Optional.empty();
    Optional<Signature> seller = Optional.of(sign(SELLER, digest));
    for (Address side : List.of(BUYER, KEY)) {
      Optional<Signature> signed = Optional.of(sign(side, digest));
      after(open, new LedgerCommand.Settle(AGREEMENT, s, signed, seller), STRANGER, T0);
      after(open, new LedgerCommand.Settle(AGREEMENT, s, signed, none), SELLER, T0);
      refused(
          open,
          new LedgerCommand.Settle(AGREEMENT, s, signed, signed),
          STRANGER,
          T0,
          ErrorCode.BAD_SIGNATURE,
          "seller");
    }
    after(open, new LedgerCommand.Settle(AGREEMENT, s, none, seller), BUYER, T0);
    refused(
        open,
        new LedgerCommand.Settle(AGREEMENT, s, none, seller),
        STRANGER,
        T0,
        ErrorCode.BAD_SIGNATURE,
        "buyer");
    Settlement other = new Settlement(new AgreementId(INVOICE), Edg.of("2"), INVOICE);
    refused(
        open,
        new LedgerCommand.Settle(AGREEMENT, other, none, none),
        BUYER,
        T0,
        ErrorCode.BAD_SIGNATURE,
        INVOICE.toString());
  }

  @Test
  void twoEqualStatementsSettleAndUnequalOnesMoveNothing() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    LedgerCommand two = new LedgerCommand.Terminate(AGREEMENT, Edg.of("2"), INVOICE);
    LedgerCommand three = new LedgerCommand.Terminate(AGREEMENT, Edg.of("3"), INVOICE);
    LedgerCommand otherInvoice = new LedgerCommand.Terminate(AGREEMENT, Edg.of("2"), Bytes32.ZERO);
    ChannelState one = after(open, two, BUYER, T0);
    assertThat(after(one, two, BUYER, T0).status()).isEqualTo(AgreementStatus.OPEN);
    assertThat(after(one, three, SELLER, T0).held()).isEqualTo(open.held());
    assertThat(after(one, otherInvoice, SELLER, T0).status()).isEqualTo(AgreementStatus.OPEN);
    ChannelState changed = after(after(one, three, SELLER, T0), three, BUYER, T0);
    assertThat(changed.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(changed.paid()).isEqualTo(Edg.of("3"));
    refused(open, two, STRANGER, T0, ErrorCode.NOT_ALLOWED, STRANGER.toString());
    ChannelState claimed = after(one, new LedgerCommand.Claim(AGREEMENT, voucher("3")), SELLER, T0);
    refused(claimed, two, SELLER, T0, ErrorCode.BAD_AMOUNT, "2 EDG");
    assertThat(((Done) rules.decide(one, two, SELLER, T0, false)).events())
        .containsExactly(
            new LedgerEvent.TerminationStated(ID, SELLER, Edg.of("2"), INVOICE),
            new LedgerEvent.Closed(
                ID, BUYER, SELLER, Edg.of("2"), Edg.of("8"), Edg.of("1"), INVOICE));
  }

  @Test
  void releaseIsTheSellersAlone() {
    ChannelState open = states().get(AgreementStatus.OPEN);
    for (Address no : List.of(BUYER, KEY, STRANGER)) {
      refused(
          open,
          new LedgerCommand.Release(AGREEMENT, Optional.empty()),
          no,
          T0,
          ErrorCode.NOT_ALLOWED,
          no.toString());
    }
    assertThat(
            after(open, new LedgerCommand.Release(AGREEMENT, Optional.empty()), SELLER, T0)
                .refunded())
        .isEqualTo(AGREEMENT.total());
  }
}
