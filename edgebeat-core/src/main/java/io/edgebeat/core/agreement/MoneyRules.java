package io.edgebeat.core.agreement;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Agreement.Funding;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.core.agreement.ChannelState.Statement;
import io.edgebeat.core.agreement.Verdict.Done;
import io.edgebeat.core.agreement.Verdict.Refused;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The money rules of the protocol, pure: a state, a command, who sends it and when give a verdict.
 * The embedded ledger executes them, the engine asks them what would happen, a model explores them,
 * and the contract is tested against them.
 *
 * <p>Every rule asks {@link MoneyTable} first, so that a command that is not in the table is
 * refused with command and state named, whoever sends it.
 *
 * <p>A refund goes where the deposit came from: to the buyer's wallet, or to the buyer's vault.
 */
public final class MoneyRules {
  private final Bytes32 separator;
  private final LedgerParameters parameters;
  private final SignerRecovery signers;

  /**
   * The rules of one market.
   *
   * @param domain what signatures are bound to
   * @param parameters what a new agreement is checked against
   * @param signers tells who has signed
   */
  public MoneyRules(SigningDomain domain, LedgerParameters parameters, SignerRecovery signers) {
    this.separator = domain.separator();
    this.parameters = parameters;
    this.signers = signers;
  }

  /**
   * Which agreement a command is about.
   *
   * @param command any command
   * @return its id; empty for a command that concerns no agreement
   */
  public Optional<AgreementId> idOf(LedgerCommand command) {
    return command instanceof LedgerCommand.RecordOffer c
        ? Optional.of(c.id())
        : Optional.ofNullable(agreementOf(command)).map(a -> new AgreementId(a.digest(separator)));
  }

  /**
   * The agreement that comes with a command.
   *
   * @param command any command
   * @return null for a command that carries none
   */
  public static @Nullable Agreement agreementOf(LedgerCommand command) {
    return switch (command) {
      case LedgerCommand.AcceptOffer c -> c.agreement();
      case LedgerCommand.DepositFee c -> c.agreement();
      case LedgerCommand.FundChannel c -> c.agreement();
      case LedgerCommand.Open c -> c.agreement();
      case LedgerCommand.TopUp c -> c.agreement();
      case LedgerCommand.Claim c -> c.agreement();
      case LedgerCommand.RequestClose c -> c.agreement();
      case LedgerCommand.Terminate c -> c.agreement();
      case LedgerCommand.Settle c -> c.agreement();
      case LedgerCommand.Release c -> c.agreement();
      case LedgerCommand.Finalize c -> c.agreement();
      case LedgerCommand.Cancel c -> c.agreement();
      case LedgerCommand.ReclaimFee c -> c.agreement();
      case LedgerCommand.RecordOffer c -> null;
      case LedgerCommand.Advertise c -> null;
      case LedgerCommand.Withdraw c -> null;
      case LedgerCommand.VaultDeposit c -> null;
      case LedgerCommand.VaultWithdraw c -> null;
      case LedgerCommand.Transfer c -> null;
    };
  }

  /**
   * Decides one command.
   *
   * @param state the state of the agreement
   * @param command a command for which {@link #idOf} is present
   * @param sender who signed the transaction
   * @param now the ledger's time
   * @param paused whether new agreements are paused
   * @return the verdict
   * @throws IllegalArgumentException when the command concerns no agreement
   */
  public Verdict decide(
      ChannelState state, LedgerCommand command, Address sender, Instant now, boolean paused) {
    AgreementId id = idOf(command).orElseThrow(() -> new IllegalArgumentException(command.name()));
    if (command instanceof LedgerCommand.RecordOffer) {
      return new Case(id, state, command, sender, now, paused, state.toRecord(id).status())
          .recordOffer();
    }
    Agreement agreement = agreementOf(command);
    if (agreement == null) {
      throw new IllegalArgumentException(command.name());
    }
    Optional<Refused> unsayable = unsayable(command, agreement);
    if (unsayable.isPresent()) {
      return unsayable.get();
    }
    Case c = new Case(id, state, command, sender, now, paused, state.statusFor(agreement.buyer()));
    return switch (command) {
      case LedgerCommand.AcceptOffer x -> c.acceptOffer(agreement);
      case LedgerCommand.DepositFee x -> c.depositFee(agreement);
      case LedgerCommand.ReclaimFee x -> c.reclaimFee(agreement);
      case LedgerCommand.FundChannel x -> c.fundChannel(agreement);
      case LedgerCommand.Open open -> c.open(open);
      case LedgerCommand.Cancel x -> c.cancel(agreement);
      case LedgerCommand.TopUp topUp -> c.topUp(topUp);
      case LedgerCommand.Claim claim -> c.claim(agreement, claim.claim());
      case LedgerCommand.RequestClose x -> c.requestClose(agreement);
      case LedgerCommand.Terminate terminate -> c.terminate(terminate);
      case LedgerCommand.Settle settle -> c.settle(settle);
      case LedgerCommand.Release release -> c.release(release);
      case LedgerCommand.Finalize x -> c.finish(agreement);
      default -> throw new IllegalArgumentException(command.name());
    };
  }

  /**
   * Asks who has made each signature of a command, and does nothing with the answers. With a {@link
   * SignerRecovery} that remembers, this moves the arithmetic out of a lock.
   *
   * @param command any command
   */
  public void prepare(LedgerCommand command) {
    switch (command) {
      case LedgerCommand.Open c -> {
        Bytes32 digest = c.agreement().digest(separator);
        c.buyer().ifPresent(s -> signers.signer(digest, s));
        c.seller().ifPresent(s -> signers.signer(digest, s));
      }
      case LedgerCommand.Settle c -> {
        Bytes32 digest = c.settlement().digest(separator);
        c.buyer().ifPresent(s -> signers.signer(digest, s));
        c.seller().ifPresent(s -> signers.signer(digest, s));
      }
      case LedgerCommand.Claim c -> prepare(c.claim());
      case LedgerCommand.Release c -> c.claim().ifPresent(this::prepare);
      default -> {
        // No signature but the transaction's own.
      }
    }
  }

  private void prepare(VoucherClaim claim) {
    signers.signer(claim.voucher().message().digest(separator), claim.voucher().signature());
  }

  /**
   * When anyone may finalize an agreement that is OPEN or CLOSING. It never moves but once: when
   * the buyer asks to close, to an earlier time.
   *
   * @param state its state
   * @param agreement the agreement
   */
  public static Instant deadline(ChannelState state, Agreement agreement) {
    return state.deadline().orElse(agreement.expiry().plus(agreement.challenge()));
  }

  /**
   * The fee that is due: never more than what the seller was paid.
   *
   * @param fee what was escrowed
   * @param paid what the seller got in all
   */
  public static Amount feeDue(Amount fee, Amount paid) {
    return fee.min(paid);
  }

  /**
   * What a claim pays: the voucher's value, at most what the channel holds, less what was claimed.
   * Sums have no upper limit here, so a value is never too large to be paid in part.
   *
   * @param state the state of the channel
   * @param claim the claim
   */
  public static Amount payable(ChannelState state, VoucherClaim claim) {
    Voucher voucher = claim.voucher().message();
    BigInteger value =
        voucher
            .cumulative()
            .baseUnits()
            .add(voucher.tickAmount().baseUnits().multiply(BigInteger.valueOf(claim.ticks())));
    BigInteger due = value.min(state.total().baseUnits()).subtract(state.claimed().baseUnits());
    return new Amount(Asset.EDG, due.max(BigInteger.ZERO));
  }

  /**
   * What no contract has words for is refused before anything else, in whatever state: another
   * asset, which is no part of what is signed and so must not be able to differ, and a tick below
   * 0.
   */
  private static Optional<Refused> unsayable(LedgerCommand command, Agreement agreement) {
    List<Amount> amounts = new ArrayList<>(List.of(agreement.deposit()));
    Optional<VoucherClaim> claim = Optional.empty();
    switch (command) {
      case LedgerCommand.TopUp c -> amounts.add(c.amount());
      case LedgerCommand.Terminate c -> amounts.add(c.cumulative());
      case LedgerCommand.Settle c -> amounts.add(c.settlement().cumulative());
      case LedgerCommand.Claim c -> claim = Optional.of(c.claim());
      case LedgerCommand.Release c -> claim = c.claim();
      default -> {
        // No amount but those of the agreement, whose asset is one.
      }
    }
    if (claim.isPresent()) {
      Voucher voucher = claim.get().voucher().message();
      amounts.add(voucher.cumulative());
      amounts.add(voucher.tickAmount());
    }
    for (Amount amount : amounts) {
      if (!amount.asset().equals(Asset.EDG)) {
        return Optional.of(
            refused(ErrorCode.BAD_AMOUNT, "the market counts in EDG, found " + amount));
      }
    }
    return claim
        .filter(c -> c.ticks() < 0)
        .map(c -> refused(ErrorCode.BAD_PAYMENT, "tick " + c.ticks() + " is below 0"));
  }

  private static Refused refused(ErrorCode code, String reason) {
    return new Refused(code, reason);
  }

  /** One command in its circumstances. */
  private final class Case {
    private final AgreementId id;
    private final ChannelState state;
    private final LedgerCommand command;
    private final Address sender;
    private final Instant now;
    private final boolean paused;
    private final AgreementStatus status;

    Case(
        AgreementId id,
        ChannelState state,
        LedgerCommand command,
        Address sender,
        Instant now,
        boolean paused,
        AgreementStatus status) {
      this.id = id;
      this.state = state;
      this.command = command;
      this.sender = sender;
      this.now = now;
      this.paused = paused;
      this.status = status;
    }

    // The deal.

    Verdict recordOffer() {
      Refused no = illegal(MoneyEvent.RECORD_OFFER);
      if (no != null) {
        return no;
      }
      if (paused) {
        return pause();
      }
      if (state.recordedBy().contains(sender)) {
        return refused(ErrorCode.DUPLICATE, sender + " has recorded the offer " + id + " before");
      }
      return done(state.recorded(sender), new LedgerEvent.OfferRecorded(id, sender));
    }

    Verdict acceptOffer(Agreement a) {
      Refused no = illegal(MoneyEvent.ACCEPT_OFFER);
      no = no != null ? no : only(a.seller(), "seller");
      no = no != null ? no : notOpenable(a);
      return no != null ? no : done(state.accepted(), new LedgerEvent.OfferAccepted(id, a));
    }

    Verdict depositFee(Agreement a) {
      Refused no = illegal(MoneyEvent.DEPOSIT_FEE);
      no = no != null ? no : only(a.buyer(), "buyer");
      no = no != null ? no : tooLate(a);
      return no != null
          ? no
          : new Done(
              state.feeHeld(a.fee()),
              take(a, a.fee()),
              List.of(new LedgerEvent.FeeDeposited(id, a.fee())));
    }

    Verdict reclaimFee(Agreement a) {
      Refused no = illegal(MoneyEvent.RECLAIM_FEE);
      if (no == null && !now.isAfter(a.openBy())) {
        no = only(a.buyer(), "buyer until openBy " + a.openBy() + " has passed,");
      }
      if (no != null) {
        return no;
      }
      Amount fee = state.feeHeld();
      List<Movement> moves = new ArrayList<>();
      pay(moves, refundTo(a), a.buyer(), fee);
      Amount nothing = Amount.zero(Asset.EDG);
      return new Done(
          state.ended(AgreementStatus.LAPSED, nothing, fee, nothing),
          moves,
          List.of(new LedgerEvent.FeeReclaimed(id, fee)));
    }

    Verdict fundChannel(Agreement a) {
      Refused no = illegal(MoneyEvent.FUND_CHANNEL);
      no = no != null ? no : only(a.buyer(), "buyer");
      no = no != null ? no : tooLate(a);
      return no != null
          ? no
          : new Done(
              state.opened(a.deposit(), state.feeHeld()),
              take(a, a.deposit()),
              List.of(new LedgerEvent.Opened(id, a)));
    }

    Verdict open(LedgerCommand.Open open) {
      Agreement a = open.agreement();
      Refused no = illegal(MoneyEvent.OPEN);
      no = no != null ? no : notOpenable(a);
      no = no != null ? no : unsigned("buyer", a.buyer(), a.buyer(), id.digest(), open.buyer());
      no = no != null ? no : unsigned("seller", a.seller(), a.seller(), id.digest(), open.seller());
      return no != null
          ? no
          : new Done(
              state.opened(a.deposit(), a.fee()),
              take(a, a.deposit(), a.fee()),
              List.of(new LedgerEvent.Opened(id, a)));
    }

    Verdict cancel(Agreement a) {
      Refused no = illegal(MoneyEvent.CANCEL);
      no = no != null ? no : party(a);
      if (no != null) {
        return no;
      }
      Amount nothing = Amount.zero(Asset.EDG);
      return done(
          state.ended(AgreementStatus.LAPSED, nothing, nothing, nothing),
          new LedgerEvent.Cancelled(id, sender));
    }

    /** Checked once, when the agreement comes to life, and never again. */
    private @Nullable Refused notOpenable(Agreement a) {
      if (paused) {
        return pause();
      }
      if ((a.tenant() | a.policy()) != 0) {
        return refused(
            ErrorCode.GATE_REFUSED,
            "no gate is registered for tenant " + a.tenant() + ", policy " + a.policy());
      }
      if (a.buyer().equals(a.seller())) {
        return refused(ErrorCode.INVALID_ARGUMENT, "buyer and seller are both " + a.buyer());
      }
      if (a.voucherKey().isZero() || a.voucherKey().equals(a.seller())) {
        return refused(
            ErrorCode.INVALID_ARGUMENT,
            "the voucher key " + a.voucherKey() + " is zero or the seller's");
      }
      if (a.deposit().isZero() || a.deposit().compareTo(parameters.depositCap()) > 0) {
        return refused(
            ErrorCode.BAD_AMOUNT,
            "the deposit " + a.deposit() + " is not in 0 < .. <= " + parameters.depositCap());
      }
      if (a.fee().compareTo(parameters.feeFloor()) < 0) {
        return refused(
            ErrorCode.BAD_AMOUNT,
            "the fee " + a.fee() + " is below the floor " + parameters.feeFloor());
      }
      Duration challenge = a.challenge();
      if (challenge.compareTo(parameters.minChallenge()) < 0
          || challenge.compareTo(parameters.maxChallenge()) > 0) {
        return refused(
            ErrorCode.BAD_TIME,
            "the challenge "
                + challenge
                + " is not in "
                + parameters.minChallenge()
                + " .. "
                + parameters.maxChallenge());
      }
      Refused late = tooLate(a);
      if (late != null) {
        return late;
      }
      if (a.openBy().isAfter(a.expiry())) {
        return refused(
            ErrorCode.BAD_TIME, "openBy " + a.openBy() + " is after expiry " + a.expiry());
      }
      if (a.expiry().isAfter(now.plus(parameters.maxLife()))) {
        return refused(
            ErrorCode.BAD_TIME,
            "expiry "
                + a.expiry()
                + " is further ahead of "
                + now
                + " than "
                + parameters.maxLife());
      }
      return null;
    }

    // The money.

    Verdict topUp(LedgerCommand.TopUp c) {
      Agreement a = c.agreement();
      Refused no = illegal(MoneyEvent.TOP_UP);
      if (no != null) {
        return no;
      }
      if (!now.isBefore(a.expiry())) {
        return refused(ErrorCode.EXPIRED, "a top-up at " + now + ", expiry was " + a.expiry());
      }
      BigInteger after = state.total().baseUnits().add(c.amount().baseUnits());
      if (c.amount().isZero() || after.compareTo(parameters.depositCap().baseUnits()) > 0) {
        return refused(
            ErrorCode.BAD_AMOUNT,
            "a top-up of "
                + c.amount()
                + " to "
                + state.total()
                + " is zero or above the cap "
                + parameters.depositCap());
      }
      ChannelState next = state.toppedUp(c.amount());
      return new Done(
          next,
          List.of(new Movement(Movement.Kind.FROM_WALLET, sender, c.amount())),
          List.of(new LedgerEvent.ToppedUp(id, sender, c.amount(), next.topUps())));
    }

    Verdict claim(Agreement a, VoucherClaim claim) {
      Refused no = illegal(MoneyEvent.CLAIM);
      no = no != null ? no : badVoucher(a, claim);
      if (no != null) {
        return no;
      }
      Amount amount = payable(state, claim);
      ChannelState next = state.claimed(amount);
      List<Movement> moves = new ArrayList<>();
      pay(moves, Movement.Kind.TO_WALLET, a.seller(), amount);
      return new Done(next, moves, List.of(new LedgerEvent.Claimed(id, amount, next.claimed())));
    }

    Verdict requestClose(Agreement a) {
      Refused no = illegal(MoneyEvent.REQUEST_CLOSE);
      no = no != null ? no : only(a.buyer(), "buyer");
      if (no != null) {
        return no;
      }
      Instant fromNow = now.plus(a.challenge());
      Instant latest = a.expiry().plus(a.challenge());
      Instant deadline = fromNow.isBefore(latest) ? fromNow : latest;
      return done(state.closing(deadline), new LedgerEvent.CloseRequested(id, deadline));
    }

    Verdict terminate(LedgerCommand.Terminate c) {
      Agreement a = c.agreement();
      Refused no = illegal(MoneyEvent.STATEMENT);
      no = no != null ? no : party(a);
      no = no != null ? no : outOfBounds(c.cumulative());
      if (no != null) {
        return no;
      }
      boolean byBuyer = sender.equals(a.buyer());
      Statement mine = new Statement(c.cumulative(), c.invoiceHash());
      ChannelState next = state.stated(byBuyer, mine);
      LedgerEvent stated =
          new LedgerEvent.TerminationStated(id, sender, c.cumulative(), c.invoiceHash());
      Optional<Statement> other = byBuyer ? state.sellerStatement() : state.buyerStatement();
      if (other.filter(mine::equals).isEmpty()) {
        return done(next, stated);
      }
      no = illegal(MoneyEvent.SETTLE);
      return no != null
          ? no
          : close(a, next, new ArrayList<>(), List.of(stated), c.cumulative(), c.invoiceHash());
    }

    Verdict settle(LedgerCommand.Settle c) {
      Agreement a = c.agreement();
      Settlement s = c.settlement();
      Refused no = illegal(MoneyEvent.SETTLE);
      if (no != null) {
        return no;
      }
      if (!s.agreementId().equals(id)) {
        return refused(
            ErrorCode.BAD_SIGNATURE,
            "the settlement is for agreement " + s.agreementId() + ", not for " + id);
      }
      no = outOfBounds(s.cumulative());
      Bytes32 digest = s.digest(separator);
      no = no != null ? no : unsigned("buyer", a.buyer(), a.voucherKey(), digest, c.buyer());
      no = no != null ? no : unsigned("seller", a.seller(), a.seller(), digest, c.seller());
      return no != null
          ? no
          : close(a, state, new ArrayList<>(), List.of(), s.cumulative(), s.invoiceHash());
    }

    Verdict release(LedgerCommand.Release c) {
      Agreement a = c.agreement();
      Refused no = illegal(MoneyEvent.RELEASE);
      no = no != null ? no : only(a.seller(), "seller");
      no = no != null || c.claim().isEmpty() ? no : badVoucher(a, c.claim().get());
      if (no != null) {
        return no;
      }
      if (c.claim().isEmpty()) {
        return close(a, state, new ArrayList<>(), List.of(), state.claimed(), Bytes32.ZERO);
      }
      Amount amount = payable(state, c.claim().get());
      ChannelState next = state.claimed(amount);
      List<Movement> moves = new ArrayList<>();
      pay(moves, Movement.Kind.TO_WALLET, a.seller(), amount);
      return close(
          a,
          next,
          moves,
          List.of(new LedgerEvent.Claimed(id, amount, next.claimed())),
          next.claimed(),
          Bytes32.ZERO);
    }

    Verdict finish(Agreement a) {
      Refused no = illegal(MoneyEvent.FINALIZE);
      if (no != null) {
        return no;
      }
      Instant deadline = deadline(state, a);
      if (now.isBefore(deadline)) {
        return refused(ErrorCode.BAD_TIME, "finalize at " + now + ", the deadline is " + deadline);
      }
      return close(a, state, new ArrayList<>(), List.of(), state.claimed(), Bytes32.ZERO);
    }

    /** Every end: paid + refunded + feeDue = deposit + topUps + fee. */
    private Done close(
        Agreement a,
        ChannelState before,
        List<Movement> moves,
        List<LedgerEvent> first,
        Amount paid,
        Bytes32 invoiceHash) {
      Amount fee = feeDue(before.feeHeld(), paid);
      Amount refund = before.total().minus(paid).plus(before.feeHeld().minus(fee));
      pay(moves, Movement.Kind.TO_WALLET, a.seller(), paid.minus(before.claimed()));
      pay(moves, refundTo(a), a.buyer(), refund);
      pay(moves, Movement.Kind.TO_POT, a.seller(), fee);
      List<LedgerEvent> events = new ArrayList<>(first);
      events.add(new LedgerEvent.Closed(id, a.buyer(), a.seller(), paid, refund, fee, invoiceHash));
      return new Done(before.ended(AgreementStatus.CLOSED, paid, refund, fee), moves, events);
    }

    // Guards: null when they hold.

    private @Nullable Refused illegal(MoneyEvent event) {
      return MoneyTable.TABLE.find(status, event).isPresent()
          ? null
          : refused(
              ErrorCode.WRONG_STATE,
              command.name() + " is not legal in state " + status + " of agreement " + id);
    }

    private @Nullable Refused only(Address who, String role) {
      return sender.equals(who)
          ? null
          : refused(
              ErrorCode.NOT_ALLOWED,
              command.name() + " is for the " + role + " " + who + ", sent by " + sender);
    }

    private @Nullable Refused party(Agreement a) {
      return sender.equals(a.buyer()) || sender.equals(a.seller())
          ? null
          : refused(
              ErrorCode.NOT_ALLOWED,
              command.name()
                  + " is for buyer "
                  + a.buyer()
                  + " and seller "
                  + a.seller()
                  + ", sent by "
                  + sender);
    }

    private @Nullable Refused tooLate(Agreement a) {
      return now.isAfter(a.openBy())
          ? refused(ErrorCode.EXPIRED, command.name() + " at " + now + ", openBy was " + a.openBy())
          : null;
    }

    private Refused pause() {
      return refused(
          ErrorCode.PAUSED, "new agreements are paused, " + command.name() + " at " + now);
    }

    private @Nullable Refused outOfBounds(Amount cumulative) {
      return cumulative.compareTo(state.claimed()) < 0 || cumulative.compareTo(state.total()) > 0
          ? refused(
              ErrorCode.BAD_AMOUNT,
              "the cumulative "
                  + cumulative
                  + " is not in claimed "
                  + state.claimed()
                  + " .. deposit + topUps "
                  + state.total())
          : null;
    }

    /** One side has agreed when it sends, or when it or its other key has signed. */
    private @Nullable Refused unsigned(
        String role, Address who, Address or, Bytes32 digest, Optional<Signature> signature) {
      if (sender.equals(who)) {
        return null;
      }
      if (signature.isEmpty()) {
        return refused(
            ErrorCode.BAD_SIGNATURE,
            "no signature of the " + role + " " + who + ", and the sender is " + sender);
      }
      Optional<Address> signer = signers.signer(digest, signature.get());
      return signer.filter(s -> s.equals(who) || s.equals(or)).isPresent()
          ? null
          : refused(
              ErrorCode.BAD_SIGNATURE,
              "the signature "
                  + signature.get()
                  + " is malformed, has a high s, or is not of "
                  + digest
                  + " by the "
                  + role
                  + " "
                  + who
                  + (or.equals(who) ? "" : " or the voucher key " + or));
    }

    private @Nullable Refused badVoucher(Agreement a, VoucherClaim claim) {
      Voucher v = claim.voucher().message();
      if (!v.agreementId().equals(id)) {
        return refused(
            ErrorCode.BAD_PAYMENT,
            "the voucher is for agreement " + v.agreementId() + ", not for " + id);
      }
      if (claim.ticks() > v.tickCount()) {
        return refused(
            ErrorCode.BAD_PAYMENT,
            "tick " + claim.ticks() + " is outside of 0 .. " + v.tickCount());
      }
      Optional<Address> signer = signers.signer(v.digest(separator), claim.voucher().signature());
      if (signer.filter(a.voucherKey()::equals).isEmpty()) {
        return refused(
            ErrorCode.BAD_SIGNATURE,
            "the signature "
                + claim.voucher().signature()
                + " is malformed, has a high s, or is not of this voucher by the voucher key "
                + a.voucherKey());
      }
      return claim.preimageFits()
          ? null
          : refused(
              ErrorCode.BAD_PAYMENT,
              claim.preimage() + " is not preimage " + claim.ticks() + " of " + v.tickAnchor());
    }

    // Effects.

    private Done done(ChannelState next, LedgerEvent event) {
      return new Done(next, List.of(), List.of(event));
    }

    /** One movement each, because the sum of two amounts may be none that an amount can hold. */
    private List<Movement> take(Agreement a, Amount... amounts) {
      Movement.Kind from =
          a.funding() == Funding.VAULT ? Movement.Kind.FROM_VAULT : Movement.Kind.FROM_WALLET;
      List<Movement> moves = new ArrayList<>();
      for (Amount amount : amounts) {
        pay(moves, from, a.buyer(), amount);
      }
      return moves;
    }

    private Movement.Kind refundTo(Agreement a) {
      return a.funding() == Funding.VAULT ? Movement.Kind.TO_VAULT : Movement.Kind.TO_WALLET;
    }

    private static void pay(List<Movement> moves, Movement.Kind kind, Address to, Amount amount) {
      if (!amount.isZero()) {
        moves.add(new Movement(kind, to, amount));
      }
    }
  }
}
