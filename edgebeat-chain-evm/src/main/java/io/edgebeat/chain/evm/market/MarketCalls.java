package io.edgebeat.chain.evm.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.api.ledger.Permit;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TransactionLog;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Commands as calls of the market and its token. */
public final class MarketCalls {
  static final String AGREEMENT =
      "(address,address,address,uint96,uint96,uint40,uint40,uint32,uint32,uint32,bool,bytes32)";
  private static final String SIGNATURE = "(uint8,bytes32,bytes32)";
  private static final String CLAIM =
      "((bytes32,uint64,uint96,bytes32,uint96,uint32,bytes32),uint32,bytes32," + SIGNATURE + ")";
  private static final String SETTLEMENT = "(bytes32,uint96,bytes32)";

  /** An allowance that the token never counts down. */
  private static final BigInteger UNLIMITED =
      BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

  /** What an approval may use. */
  private static final long APPROVE_GAS = 80_000;

  private static final Map<String, String> SIGNATURES =
      Map.ofEntries(
          Map.entry("Advertise", "advertise(bytes32,string,uint40)"),
          Map.entry("Withdraw", "withdraw(bytes32)"),
          Map.entry("RecordOffer", "recordOffer(bytes32)"),
          Map.entry("AcceptOffer", "acceptOffer(" + AGREEMENT + ")"),
          Map.entry("DepositFee", "depositFee(" + AGREEMENT + ")"),
          Map.entry("FundChannel", "fundChannel(" + AGREEMENT + ")"),
          Map.entry("Open", "open(" + AGREEMENT + "," + SIGNATURE + ")"),
          Map.entry("TopUp", "topUp(" + AGREEMENT + ",uint96)"),
          Map.entry("Claim", "claim(" + AGREEMENT + "," + CLAIM + ")"),
          Map.entry("RequestClose", "requestClose(" + AGREEMENT + ")"),
          Map.entry("Terminate", "terminate(" + AGREEMENT + ",uint96,bytes32)"),
          Map.entry("Settle", "settle(" + AGREEMENT + "," + SETTLEMENT + "," + SIGNATURE + ")"),
          Map.entry("Release", "release(" + AGREEMENT + ")"),
          Map.entry("Finalize", "finalize(" + AGREEMENT + ")"),
          Map.entry("Cancel", "cancel(" + AGREEMENT + ")"),
          Map.entry("ReclaimFee", "reclaimFee(" + AGREEMENT + ")"),
          Map.entry("VaultDeposit", "vaultDeposit(uint256)"),
          Map.entry("VaultWithdraw", "vaultWithdraw(uint256)"),
          Map.entry("Transfer", "transfer(address,uint256)"));

  private static final String RELEASE_WITH_VOUCHER =
      "releaseWithVoucher(" + AGREEMENT + "," + CLAIM + ")";

  private static final String OPEN_WITH_PERMIT =
      "openWithPermit(" + AGREEMENT + "," + SIGNATURE + ",(uint256," + SIGNATURE + "))";

  /** Where in its data the permit's deadline is: behind an agreement and a signature. */
  private static final int DEADLINE = 4 + 32 * (12 + 3);

  private static final String OPEN_FOR = "openFor(" + AGREEMENT + ",bytes,bytes)";
  private static final String SETTLE_FOR =
      "settleFor(" + AGREEMENT + "," + SETTLEMENT + ",bytes,bytes)";

  private static final Map<String, String> NAMES = names();

  private final SigningDomain domain;
  private final Address token;
  private final Address sender;

  /**
   * Calls of one account.
   *
   * @param domain chain and market
   * @param token what the market counts in
   * @param sender who sends
   */
  public MarketCalls(SigningDomain domain, Address token, Address sender) {
    this.domain = domain;
    this.token = token;
    this.sender = sender;
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    SIGNATURES.forEach((name, signature) -> names.put(selector(signature), name));
    names.put(selector(RELEASE_WITH_VOUCHER), "Release");
    names.put(selector(OPEN_WITH_PERMIT), "Open");
    names.put(selector(OPEN_FOR), "Open");
    names.put(selector(SETTLE_FOR), "Settle");
    names.put(selector("approve(address,uint256)"), "approve");
    return Map.copyOf(names);
  }

  private static String selector(String signature) {
    return HexFormat.of().formatHex(AbiWriter.selector(signature));
  }

  /** Every function that is called. */
  static List<String> functions() {
    List<String> all = new ArrayList<>(SIGNATURES.values());
    all.addAll(
        List.of(
            RELEASE_WITH_VOUCHER,
            OPEN_WITH_PERMIT,
            OPEN_FOR,
            SETTLE_FOR,
            "approve(address,uint256)"));
    return all;
  }

  /** The command that a call is; {@code call} for one that is none. */
  public static String nameOf(byte[] data) {
    return data.length < 4
        ? "call"
        : NAMES.getOrDefault(HexFormat.of().formatHex(Arrays.copyOf(data, 4)), "call");
  }

  /** Allows the market to take what the sender tells it to, now and later. */
  public MarketCall approve() {
    byte[] data =
        AbiWriter.call("approve(address,uint256)")
            .address(domain.verifyingContract())
            .uint(UNLIMITED)
            .toBytes();
    return new MarketCall(
        token,
        Blob.of(data),
        BigInteger.ZERO,
        APPROVE_GAS,
        "approve: market " + domain.verifyingContract() + " may take EDG as told");
  }

  /** Whether a call is {@link #approve()}. */
  public boolean isApproval(Optional<Address> to, Blob data) {
    MarketCall approval = approve();
    return to.filter(approval.to()::equals).isPresent() && data.equals(approval.data());
  }

  /**
   * A command as a call.
   *
   * @throws EdgeBeatException {@code BAD_AMOUNT} or {@code BAD_PAYMENT} for what the contract has
   *     no words for
   */
  public MarketCall of(LedgerCommand command) {
    return switch (command) {
      case LedgerCommand.Advertise c -> advertise(c);
      case LedgerCommand.Withdraw c -> call(c, 80_000).with(w -> w.bytes32(c.contentHash())).done();
      case LedgerCommand.RecordOffer c ->
          call(c, 100_000).with(w -> w.bytes32(c.id().digest())).done();
      case LedgerCommand.AcceptOffer c -> agreement(c, c.agreement(), 150_000, zero()).done();
      case LedgerCommand.DepositFee c ->
          agreement(c, c.agreement(), 150_000, c.agreement().fee()).done();
      case LedgerCommand.FundChannel c ->
          agreement(c, c.agreement(), 150_000, c.agreement().deposit()).done();
      case LedgerCommand.Open c -> open(c);
      case LedgerCommand.TopUp c ->
          agreement(c, c.agreement(), 150_000, c.amount())
              .with(w -> w.uint(units(c.amount())))
              .done();
      case LedgerCommand.Claim c ->
          agreement(c, c.agreement(), 150_000 + ticks(c.claim()), zero())
              .with(w -> claim(w, c.claim()))
              .done();
      case LedgerCommand.RequestClose c -> agreement(c, c.agreement(), 100_000, zero()).done();
      case LedgerCommand.Terminate c ->
          agreement(c, c.agreement(), 220_000, zero())
              .with(w -> w.uint(units(c.cumulative())).bytes32(c.invoiceHash()))
              .done();
      case LedgerCommand.Settle c -> settle(c);
      case LedgerCommand.Release c -> release(c);
      case LedgerCommand.Finalize c -> agreement(c, c.agreement(), 180_000, zero()).done();
      case LedgerCommand.Cancel c -> agreement(c, c.agreement(), 100_000, zero()).done();
      case LedgerCommand.ReclaimFee c -> agreement(c, c.agreement(), 130_000, zero()).done();
      case LedgerCommand.VaultDeposit c ->
          call(c, 150_000, units(c.amount()), " " + c.amount())
              .with(w -> w.uint(units(c.amount())))
              .done();
      case LedgerCommand.VaultWithdraw c ->
          call(c, 150_000, BigInteger.ZERO, " " + c.amount())
              .with(w -> w.uint(units(c.amount())))
              .done();
      case LedgerCommand.Transfer c -> transfer(c);
    };
  }

  /** A party that sends needs the other's signature only, and that is cheaper. */
  private MarketCall open(LedgerCommand.Open c) {
    Agreement a = c.agreement();
    boolean own = a.buyer().equals(sender) && a.funding() == Agreement.Funding.WALLET;
    BigInteger spends = own ? total(a) : BigInteger.ZERO;
    Optional<Signature> other = other(a, c.buyer(), c.seller());
    if (other.isPresent()) {
      return agreement(c, a, 280_000, spends).with(w -> signature(w, other.get())).done();
    }
    return call(OPEN_FOR, c, a, 300_000, spends)
        .with(w -> w.bytes(bytes(c.buyer())))
        .with(w -> w.bytes(bytes(c.seller())))
        .done();
  }

  /**
   * What allows an open to take what it needs, and no more; its nonce is to be filled in.
   *
   * @return what the sender signs; empty for what takes nothing from its wallet, or is sent in a
   *     form that has no place for it
   */
  public Optional<Permit> permit(LedgerCommand command) {
    return command instanceof LedgerCommand.Open c
            && c.agreement().buyer().equals(sender)
            && c.agreement().funding() == Agreement.Funding.WALLET
            && c.seller().isPresent()
            && total(c.agreement()).compareTo(Amount.MAX) <= 0
        ? Optional.of(
            new Permit(
                sender,
                domain.verifyingContract(),
                c.agreement().total(),
                0,
                c.agreement().openBy()))
        : Optional.empty();
  }

  /** An open that brings its {@link #permit}. */
  public MarketCall open(LedgerCommand.Open c, Permit permit, Signature signature) {
    Agreement a = c.agreement();
    return call(OPEN_WITH_PERMIT, c, a, 340_000, units(permit.value()))
        .with(w -> signature(w, c.seller().orElseThrow()))
        .with(w -> w.uint(permit.deadline().getEpochSecond()))
        .with(w -> signature(w, signature))
        .done();
  }

  /** Until when the permit in a call can be used; empty when there is none. */
  public static Optional<Instant> permitDeadline(Blob data) {
    byte[] bytes = data.toBytes();
    byte[] selector = AbiWriter.selector(OPEN_WITH_PERMIT);
    return bytes.length >= DEADLINE + 32 && Arrays.equals(bytes, 0, 4, selector, 0, 4)
        ? Optional.of(Instant.ofEpochSecond(new AbiReader(bytes, DEADLINE).number(40)))
        : Optional.empty();
  }

  private MarketCall settle(LedgerCommand.Settle c) {
    Agreement a = c.agreement();
    Optional<Signature> other = other(a, c.buyer(), c.seller());
    if (other.isPresent()) {
      return agreement(c, a, 220_000, zero())
          .with(w -> settlement(w, c.settlement()))
          .with(w -> signature(w, other.get()))
          .done();
    }
    return call(SETTLE_FOR, c, a, 240_000, BigInteger.ZERO)
        .with(w -> settlement(w, c.settlement()))
        .with(w -> w.bytes(bytes(c.buyer())))
        .with(w -> w.bytes(bytes(c.seller())))
        .done();
  }

  private Optional<Signature> other(
      Agreement a, Optional<Signature> buyer, Optional<Signature> seller) {
    return sender.equals(a.buyer()) ? seller : sender.equals(a.seller()) ? buyer : Optional.empty();
  }

  private MarketCall release(LedgerCommand.Release c) {
    if (c.claim().isEmpty()) {
      return agreement(c, c.agreement(), 200_000, zero()).done();
    }
    VoucherClaim claim = c.claim().get();
    long gas = 250_000 + ticks(claim);
    return call(RELEASE_WITH_VOUCHER, c, c.agreement(), gas, BigInteger.ZERO)
        .with(w -> claim(w, claim))
        .done();
  }

  private MarketCall advertise(LedgerCommand.Advertise c) {
    byte[] uri = c.uri().getBytes(StandardCharsets.UTF_8);
    if (uri.length > TransactionLog.MAX_BYTES) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "no ledger takes a uri of " + uri.length + " bytes in a transaction");
    }
    if (!new String(uri, StandardCharsets.UTF_8).equals(c.uri())) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "not a Unicode text: half of a surrogate pair");
    }
    // Refuses a time that is not in whole seconds, or does not fit.
    ListingRecord listing =
        new ListingRecord(new ListingId(sender, c.contentHash()), c.validUntil(), 0, c.uri());
    return call(c, 170_000 + 40L * uri.length, BigInteger.ONE, "")
        .with(w -> w.bytes32(c.contentHash()))
        .with(w -> w.bytes(uri))
        .with(w -> w.uint(listing.validUntil().getEpochSecond()))
        .done();
  }

  private MarketCall transfer(LedgerCommand.Transfer c) {
    if (c.to().equals(domain.verifyingContract()) || c.to().equals(token)) {
      // The contracts would keep them for ever, and no event would tell.
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "tokens cannot be sent to a contract of the market, " + c.to());
    }
    if (c.amount().isZero()) {
      // The token itself would take it for a transfer, and everybody would read an event of
      // nothing.
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT, "the amount must be EDG and not zero: " + c.amount());
    }
    return new Writer(
            token,
            AbiWriter.call(signature(c)),
            100_000,
            BigInteger.ZERO,
            "Transfer " + c.amount() + " to " + c.to())
        .with(w -> w.address(c.to()).uint(units(c.amount())))
        .done();
  }

  private static Amount zero() {
    return Amount.zero(Asset.EDG);
  }

  private Writer agreement(LedgerCommand command, Agreement a, long gas, Amount spends) {
    return agreement(command, a, gas, units(spends));
  }

  private Writer agreement(LedgerCommand command, Agreement a, long gas, BigInteger spends) {
    return call(signature(command), command, a, gas, spends);
  }

  private static String signature(LedgerCommand command) {
    return Objects.requireNonNull(SIGNATURES.get(command.name()), command.name());
  }

  private Writer call(
      String function, LedgerCommand command, Agreement a, long gas, BigInteger spends) {
    return new Writer(
            domain.verifyingContract(), AbiWriter.call(function), gas, spends, summary(command, a))
        .with(w -> agreement(w, a));
  }

  private Writer call(LedgerCommand command, long gas) {
    return call(command, gas, BigInteger.ZERO, "");
  }

  private Writer call(LedgerCommand command, long gas, BigInteger spends, String what) {
    return new Writer(
        domain.verifyingContract(),
        AbiWriter.call(signature(command)),
        gas,
        spends,
        command.name() + what);
  }

  private String summary(LedgerCommand command, Agreement a) {
    String amount =
        switch (command) {
          case LedgerCommand.Open c -> ", deposit " + a.deposit() + ", fee " + a.fee();
          case LedgerCommand.DepositFee c -> ", fee " + a.fee();
          case LedgerCommand.FundChannel c -> ", deposit " + a.deposit();
          case LedgerCommand.TopUp c -> ", " + c.amount();
          case LedgerCommand.Terminate c -> ", cumulative " + c.cumulative();
          case LedgerCommand.Settle c -> ", cumulative " + c.settlement().cumulative();
          default -> "";
        };
    return command.name() + " agreement " + a.id(domain).digest() + amount;
  }

  /** May be more than an amount can be: the market then refuses it. */
  private static BigInteger total(Agreement a) {
    return units(a.deposit()).add(units(a.fee()));
  }

  private static BigInteger units(Amount amount) {
    if (!amount.asset().equals(Asset.EDG)) {
      throw new EdgeBeatException(
          ErrorCode.BAD_AMOUNT, "the market counts in EDG, found " + amount);
    }
    return amount.baseUnits();
  }

  /** What is beyond a chain is refused before it is hashed. */
  private static long ticks(VoucherClaim claim) {
    return 400L * Math.clamp(claim.ticks(), 0, Voucher.MAX_TICKS);
  }

  private static byte[] bytes(Optional<Signature> signature) {
    return signature.map(Signature::toBytes).orElse(new byte[0]);
  }

  static void agreement(AbiWriter w, Agreement a) {
    w.address(a.buyer())
        .address(a.seller())
        .address(a.voucherKey())
        .uint(units(a.deposit()))
        .uint(units(a.fee()))
        .uint(a.openBy().getEpochSecond())
        .uint(a.expiry().getEpochSecond())
        .uint(a.challenge().toSeconds())
        .uint(a.tenant())
        .uint(a.policy())
        .bool(a.funding() == Agreement.Funding.VAULT)
        .bytes32(a.termsHash());
  }

  private static void claim(AbiWriter w, VoucherClaim claim) {
    Voucher v = claim.voucher().message();
    BigInteger cumulative = units(v.cumulative());
    BigInteger tickAmount = units(v.tickAmount());
    if (claim.ticks() < 0) {
      throw new EdgeBeatException(ErrorCode.BAD_PAYMENT, "tick " + claim.ticks() + " is below 0");
    }
    w.bytes32(v.agreementId().digest())
        .uint(v.sequence())
        .uint(cumulative)
        .bytes32(v.tickAnchor())
        .uint(tickAmount)
        .uint(v.tickCount())
        .bytes32(v.usageHash())
        .uint(claim.ticks())
        .bytes32(claim.preimage());
    signature(w, claim.voucher().signature());
  }

  private static void signature(AbiWriter w, Signature signature) {
    byte[] rsv = signature.toBytes();
    w.uint(rsv[64] & 0xff).bytes32(Bytes32.of(rsv, 0)).bytes32(Bytes32.of(rsv, 32));
  }

  private static void settlement(AbiWriter w, Settlement s) {
    w.bytes32(s.agreementId().digest()).uint(units(s.cumulative())).bytes32(s.invoiceHash());
  }

  /** Some arguments. */
  @FunctionalInterface
  private interface Arguments {
    void write(AbiWriter to);
  }

  /** A call that is being written. */
  private static final class Writer {
    private final Address to;
    private final AbiWriter abi;
    private final long gas;
    private final BigInteger spends;
    private final String summary;

    Writer(Address to, AbiWriter abi, long gas, BigInteger spends, String summary) {
      this.to = to;
      this.abi = abi;
      this.gas = gas;
      this.spends = spends;
      this.summary = summary;
    }

    Writer with(Arguments arguments) {
      arguments.write(abi);
      return this;
    }

    MarketCall done() {
      return new MarketCall(to, Blob.of(abi.toBytes()), spends, gas, summary);
    }
  }
}
