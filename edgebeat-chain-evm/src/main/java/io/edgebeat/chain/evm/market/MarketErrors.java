package io.edgebeat.chain.evm.market;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What contracts revert with, as codes and reasons that name the values. */
public final class MarketErrors {
  private static final List<AgreementStatus> STATUSES =
      List.of(
          AgreementStatus.NONE,
          AgreementStatus.OFFER_RECORDED,
          AgreementStatus.ACCEPTED,
          AgreementStatus.FEE_HELD,
          AgreementStatus.OPEN,
          AgreementStatus.CLOSING,
          AgreementStatus.CLOSED,
          AgreementStatus.LAPSED);

  private static final Map<String, Reader> READERS =
      Stream.of(
              error(
                  "WrongState(bytes32,uint8,bytes4)",
                  ErrorCode.WRONG_STATE,
                  (r, c) -> {
                    Bytes32 id = r.bytes32();
                    return c + " is not legal in state " + status(r) + " of agreement " + id;
                  }),
              error(
                  "NotAllowed(address)",
                  ErrorCode.NOT_ALLOWED,
                  (r, c) -> c + " is not for " + r.address()),
              error(
                  "OpeningPaused()", ErrorCode.PAUSED, (r, c) -> "new agreements are paused, " + c),
              error(
                  "MarketDeprecated()",
                  ErrorCode.PAUSED,
                  (r, c) -> "this market takes no new agreements any more, " + c),
              error(
                  "OfferAlreadyRecorded(bytes32,address)",
                  ErrorCode.DUPLICATE,
                  (r, c) -> {
                    Bytes32 id = r.bytes32();
                    return r.address() + " has recorded the offer " + id + " before";
                  }),
              error(
                  "GateRefused(bytes32,address)",
                  ErrorCode.GATE_REFUSED,
                  (r, c) -> "gate " + ascii(r.bytes32()) + " at " + r.address() + " refuses"),
              error(
                  "SameParty(address)",
                  ErrorCode.INVALID_ARGUMENT,
                  (r, c) -> "buyer and seller are both " + r.address()),
              error(
                  "BadVoucherKey(address)",
                  ErrorCode.INVALID_ARGUMENT,
                  (r, c) -> "the voucher key " + r.address() + " is zero or the seller's"),
              error(
                  "DepositOutOfRange(uint256,uint256)",
                  ErrorCode.BAD_AMOUNT,
                  (r, c) -> "the deposit " + amount(r) + " is not in 0 < .. <= " + amount(r)),
              error(
                  "FeeBelowFloor(uint256,uint256)",
                  ErrorCode.BAD_AMOUNT,
                  (r, c) -> "the fee " + amount(r) + " is below the floor " + amount(r)),
              error(
                  "ChallengeOutOfRange(uint256,uint256,uint256)",
                  ErrorCode.BAD_TIME,
                  (r, c) ->
                      "the challenge " + span(r) + " is not in " + span(r) + " .. " + span(r)),
              error(
                  "TooLate(uint256,uint256)",
                  ErrorCode.EXPIRED,
                  (r, c) -> "the limit of " + c + " was " + time(r) + ", it came at " + time(r)),
              error(
                  "OpenByAfterExpiry(uint256,uint256)",
                  ErrorCode.BAD_TIME,
                  (r, c) -> "openBy " + time(r) + " is after expiry " + time(r)),
              error(
                  "ExpiryTooFar(uint256,uint256)",
                  ErrorCode.BAD_TIME,
                  (r, c) -> "expiry " + time(r) + " is after the latest allowed, " + time(r)),
              error(
                  "BadSignature(address)",
                  ErrorCode.BAD_SIGNATURE,
                  (r, c) ->
                      "the signature of "
                          + r.address()
                          + " is missing, malformed, has a high s, or is by somebody else"),
              error(
                  "OtherAgreement(bytes32,bytes32)",
                  ErrorCode.BAD_PAYMENT,
                  (r, c) ->
                      "what was signed is for agreement "
                          + r.bytes32()
                          + ", not for "
                          + r.bytes32()),
              error(
                  "TickOutOfRange(uint256,uint256)",
                  ErrorCode.BAD_PAYMENT,
                  (r, c) -> "tick " + r.uint(256) + " is outside of 0 .. " + r.uint(256)),
              error(
                  "BadPreimage(bytes32,bytes32)",
                  ErrorCode.BAD_PAYMENT,
                  (r, c) -> r.bytes32() + " is not a preimage of " + r.bytes32()),
              error(
                  "BadVoucherSignature(address)",
                  ErrorCode.BAD_SIGNATURE,
                  (r, c) ->
                      "the voucher's signature is malformed, has a high s, or is not by the"
                          + " voucher key "
                          + r.address()),
              error(
                  "TopUpOutOfRange(uint256,uint256)",
                  ErrorCode.BAD_AMOUNT,
                  (r, c) -> "a top-up to " + amount(r) + " is zero or above the cap " + amount(r)),
              error(
                  "CumulativeOutOfRange(uint256,uint256,uint256)",
                  ErrorCode.BAD_AMOUNT,
                  (r, c) ->
                      "the cumulative "
                          + amount(r)
                          + " is not in claimed "
                          + amount(r)
                          + " .. deposit + topUps "
                          + amount(r)),
              error(
                  "TooEarly(uint256,uint256)",
                  ErrorCode.BAD_TIME,
                  (r, c) -> c + " is legal from " + time(r) + " on, it came at " + time(r)),
              error(
                  "ListingOver(uint256,uint256)",
                  ErrorCode.BAD_TIME,
                  (r, c) -> "validUntil " + time(r) + " is not after " + time(r)),
              error(
                  "UriTooLong(uint256,uint256)",
                  ErrorCode.INVALID_ARGUMENT,
                  (r, c) -> "a uri of " + r.uint(256) + " bytes is above " + r.uint(256)),
              error(
                  "ListingLive(bytes32,uint256)",
                  ErrorCode.DUPLICATE,
                  (r, c) ->
                      "listing "
                          + r.bytes32()
                          + " is valid until "
                          + time(r)
                          + ", which this would not prolong"),
              error(
                  "ListingUnknown(bytes32)",
                  ErrorCode.NOT_FOUND,
                  (r, c) -> "no listing " + r.bytes32() + " of the sender"),
              error(
                  "NothingToMove()",
                  ErrorCode.BAD_AMOUNT,
                  (r, c) -> "the amount of " + c + " must not be zero"),
              error(
                  "VaultTooSmall(address,uint256,uint256)",
                  ErrorCode.INSUFFICIENT_FUNDS,
                  (r, c) -> holds("vault", r)),
              error(
                  "VaultTooLarge(uint256)",
                  ErrorCode.BAD_AMOUNT,
                  (r, c) -> "a vault cannot hold " + amount(r)),
              error(
                  "TokenMisbehaved(uint256,uint256)",
                  ErrorCode.TRANSACTION_FAILED,
                  (r, c) -> "the token moved " + amount(r) + " when told " + amount(r)),
              error(
                  "ERC20InsufficientBalance(address,uint256,uint256)",
                  ErrorCode.INSUFFICIENT_FUNDS,
                  (r, c) -> holds("balance", r)),
              error(
                  "ERC20InsufficientAllowance(address,uint256,uint256)",
                  ErrorCode.INSUFFICIENT_FUNDS,
                  (r, c) -> holds("allowance", r)),
              error(
                  "ERC20InvalidReceiver(address)",
                  ErrorCode.INVALID_ARGUMENT,
                  (r, c) -> "tokens cannot be sent to " + r.address()),
              error(
                  "Error(string)",
                  ErrorCode.TRANSACTION_FAILED,
                  (r, c) -> c + " failed: " + clean(r.string())),
              error(
                  "Panic(uint256)",
                  ErrorCode.TRANSACTION_FAILED,
                  (r, c) -> c + " failed: panic " + r.uint(256)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private MarketErrors() {}

  /**
   * A refusal.
   *
   * @param code why
   * @param reason the values
   */
  public record Refusal(ErrorCode code, String reason) {}

  /** Puts the arguments into words. */
  @FunctionalInterface
  private interface Words {
    String say(AbiReader arguments, String command);
  }

  private record Reader(String name, ErrorCode code, Words words) {}

  /** Whether the error with these first four bytes has words here. */
  static boolean knows(byte[] selector) {
    return READERS.containsKey(HexFormat.of().formatHex(selector));
  }

  private static Map.Entry<String, Reader> error(String signature, ErrorCode code, Words words) {
    return Map.entry(
        HexFormat.of().formatHex(AbiWriter.selector(signature)),
        new Reader(signature.substring(0, signature.indexOf('(')), code, words));
  }

  /**
   * Reads what a call was reverted with.
   *
   * @param call the call's data
   * @param reverted what came back; nothing when the node does not tell, or when the gas ended
   */
  public static Refusal read(byte[] call, byte[] reverted) {
    String command = MarketCalls.nameOf(call);
    if (reverted.length < 4) {
      return new Refusal(
          ErrorCode.TRANSACTION_FAILED, command + " failed without a reason: perhaps out of gas");
    }
    String selector = HexFormat.of().formatHex(Arrays.copyOf(reverted, 4));
    Reader reader = READERS.get(selector);
    if (reader == null) {
      return new Refusal(
          ErrorCode.TRANSACTION_FAILED, command + " failed with the unknown error 0x" + selector);
    }
    // One error for both: whose signature it was is known here.
    ErrorCode code =
        reader.name().equals("OtherAgreement") && command.equals("Settle")
            ? ErrorCode.BAD_SIGNATURE
            : reader.code();
    try {
      return new Refusal(code, reader.words().say(new AbiReader(reverted, 4), command));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return new Refusal(code, command + " failed with a malformed " + reader.name());
    }
  }

  private static String holds(String what, AbiReader r) {
    return "the " + what + " of " + r.address() + " is " + amount(r) + ", needed are " + amount(r);
  }

  private static AgreementStatus status(AbiReader r) {
    return status((int) r.number(8));
  }

  /**
   * A status by its number in the contract.
   *
   * @throws IllegalArgumentException when it has none of that number
   */
  public static AgreementStatus status(int number) {
    if (number >= STATUSES.size()) {
      throw new IllegalArgumentException("status " + number);
    }
    return STATUSES.get(number);
  }

  private static String amount(AbiReader r) {
    BigInteger units = r.uint(256);
    return units.bitLength() > 96
        ? units + " base units of EDG"
        : new Amount(Asset.EDG, units).toString();
  }

  private static String time(AbiReader r) {
    BigInteger seconds = r.uint(256);
    return seconds.bitLength() > 40
        ? seconds + " s"
        : Instant.ofEpochSecond(seconds.longValueExact()).toString();
  }

  private static String span(AbiReader r) {
    BigInteger seconds = r.uint(256);
    return seconds.bitLength() > 40
        ? seconds + " s"
        : Duration.ofSeconds(seconds.longValueExact()).toString();
  }

  private static String ascii(Bytes32 name) {
    byte[] bytes = name.toBytes();
    int length = 0;
    while (length < 32 && bytes[length] != 0) {
      length++;
    }
    return clean(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
  }

  private static String clean(String words) {
    String cut = words.length() > 200 ? words.substring(0, 200) + ".." : words;
    return cut.replaceAll("[^ -~]", "?");
  }
}
