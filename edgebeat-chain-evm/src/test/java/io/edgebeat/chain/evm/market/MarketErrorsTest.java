package io.edgebeat.chain.evm.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.chain.evm.abi.AbiWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error that a command can meet, with its code and with the values of its arguments. */
class MarketErrorsTest {
  private static final byte[] CLAIM =
      AbiWriter.selector(
          MarketCalls.functions().stream().filter(f -> f.startsWith("claim(")).findFirst().get());
  private static final byte[] SETTLE =
      AbiWriter.selector(
          MarketCalls.functions().stream().filter(f -> f.startsWith("settle(")).findFirst().get());

  /**
   * One error.
   *
   * @param kinds for each argument what it is: a Hash, an account (X), an Amount, a Time, a Span, a
   *     Number, a sTatus as O, a name as G, or - for one that is not told
   */
  record Row(String signature, ErrorCode code, String kinds) {}

  static List<Row> rows() {
    return List.of(
        new Row("WrongState(bytes32,uint8,bytes4)", ErrorCode.WRONG_STATE, "HO-"),
        new Row("NotAllowed(address)", ErrorCode.NOT_ALLOWED, "X"),
        new Row("OpeningPaused()", ErrorCode.PAUSED, ""),
        new Row("MarketDeprecated()", ErrorCode.PAUSED, ""),
        new Row("OfferAlreadyRecorded(bytes32,address)", ErrorCode.DUPLICATE, "HX"),
        new Row("GateRefused(bytes32,address)", ErrorCode.GATE_REFUSED, "GX"),
        new Row("SameParty(address)", ErrorCode.INVALID_ARGUMENT, "X"),
        new Row("BadVoucherKey(address)", ErrorCode.INVALID_ARGUMENT, "X"),
        new Row("DepositOutOfRange(uint256,uint256)", ErrorCode.BAD_AMOUNT, "AA"),
        new Row("FeeBelowFloor(uint256,uint256)", ErrorCode.BAD_AMOUNT, "AA"),
        new Row("ChallengeOutOfRange(uint256,uint256,uint256)", ErrorCode.BAD_TIME, "SSS"),
        new Row("TooLate(uint256,uint256)", ErrorCode.EXPIRED, "TT"),
        new Row("OpenByAfterExpiry(uint256,uint256)", ErrorCode.BAD_TIME, "TT"),
        new Row("ExpiryTooFar(uint256,uint256)", ErrorCode.BAD_TIME, "TT"),
        new Row("BadSignature(address)", ErrorCode.BAD_SIGNATURE, "X"),
        new Row("OtherAgreement(bytes32,bytes32)", ErrorCode.BAD_PAYMENT, "HH"),
        new Row("TickOutOfRange(uint256,uint256)", ErrorCode.BAD_PAYMENT, "NN"),
        new Row("BadPreimage(bytes32,bytes32)", ErrorCode.BAD_PAYMENT, "HH"),
        new Row("BadVoucherSignature(address)", ErrorCode.BAD_SIGNATURE, "X"),
        new Row("TopUpOutOfRange(uint256,uint256)", ErrorCode.BAD_AMOUNT, "AA"),
        new Row("CumulativeOutOfRange(uint256,uint256,uint256)", ErrorCode.BAD_AMOUNT, "AAA"),
        new Row("TooEarly(uint256,uint256)", ErrorCode.BAD_TIME, "TT"),
        new Row("ListingOver(uint256,uint256)", ErrorCode.BAD_TIME, "TT"),
        new Row("UriTooLong(uint256,uint256)", ErrorCode.INVALID_ARGUMENT, "NN"),
        new Row("ListingLive(bytes32,uint256)", ErrorCode.DUPLICATE, "HT"),
        new Row("ListingUnknown(bytes32)", ErrorCode.NOT_FOUND, "H"),
        new Row("NothingToMove()", ErrorCode.BAD_AMOUNT, ""),
        new Row("VaultTooSmall(address,uint256,uint256)", ErrorCode.INSUFFICIENT_FUNDS, "XAA"),
        new Row("VaultTooLarge(uint256)", ErrorCode.BAD_AMOUNT, "A"),
        new Row("TokenMisbehaved(uint256,uint256)", ErrorCode.TRANSACTION_FAILED, "AA"),
        new Row(
            "ERC20InsufficientBalance(address,uint256,uint256)",
            ErrorCode.INSUFFICIENT_FUNDS,
            "XAA"),
        new Row(
            "ERC20InsufficientAllowance(address,uint256,uint256)",
            ErrorCode.INSUFFICIENT_FUNDS,
            "XAA"),
        new Row("ERC20InvalidReceiver(address)", ErrorCode.INVALID_ARGUMENT, "X"),
        new Row("Panic(uint256)", ErrorCode.TRANSACTION_FAILED, "N"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anErrorHasItsCodeAndNamesItsArguments(Row row) {
    AbiWriter data = AbiWriter.call(row.signature());
    List<String> told = new ArrayList<>();
    for (int i = 0; i < row.kinds().length(); i++) {
      int n = 7 + 11 * i;
      switch (row.kinds().charAt(i)) {
        case 'H' -> {
          Bytes32 hash = ContentId.sha256(new byte[] {(byte) n});
          data.bytes32(hash);
          told.add(hash.toString());
        }
        case 'X' -> {
          byte[] bytes = new byte[20];
          Arrays.fill(bytes, (byte) n);
          data.address(Address.of(bytes));
          told.add(Address.of(bytes).toString());
        }
        case 'A' -> {
          data.uint(Edg.of(n + ".5").baseUnits());
          told.add(n + ".5 EDG");
        }
        case 'T' -> {
          data.uint(1_000_000_000L + n);
          told.add(Instant.ofEpochSecond(1_000_000_000L + n).toString());
        }
        case 'S' -> {
          data.uint(3_600L * n);
          told.add(Duration.ofHours(n).toString());
        }
        case 'N' -> {
          data.uint(n);
          told.add(Integer.toString(n));
        }
        case 'O' -> {
          data.uint(4);
          told.add("OPEN");
        }
        case 'G' -> {
          byte[] name = Arrays.copyOf("tenant".getBytes(StandardCharsets.US_ASCII), 32);
          data.bytes32(Bytes32.of(name));
          told.add("tenant");
        }
        default -> data.uint(0);
      }
    }
    MarketErrors.Refusal refusal = MarketErrors.read(CLAIM, data.toBytes());
    assertThat(refusal.code()).isEqualTo(row.code());
    assertThat(refusal.reason()).isNotBlank();
    assertThat(told).allSatisfy(value -> assertThat(refusal.reason()).contains(value));
    if (!row.kinds().isEmpty()) {
      // What is cut off is no reason to forget which error it was.
      byte[] cut = Arrays.copyOf(data.toBytes(), 4);
      assertThat(MarketErrors.read(CLAIM, cut).code()).isEqualTo(row.code());
    }
  }

  /** The table has every error there is, but those that no command can meet. */
  @Test
  void theTableIsWhole() throws Exception {
    Set<String> rows = new TreeSet<>(rows().stream().map(Row::signature).toList());
    Set<String> met = new TreeSet<>(MarketAbiTest.all("error"));
    met.removeAll(MarketAbiTest.OF_OTHERS);
    met.add("Panic(uint256)");
    assertThat(rows).isEqualTo(met);
  }

  @Test
  void whatIsNotNamedIsToldAsItIs() {
    byte[] text = AbiWriter.call("Error(string)").string("no\nway").toBytes();
    assertThat(MarketErrors.read(CLAIM, text))
        .isEqualTo(new MarketErrors.Refusal(ErrorCode.TRANSACTION_FAILED, "Claim failed: no?way"));
    assertThat(MarketErrors.read(CLAIM, new byte[0]).reason()).contains("Claim", "out of gas");
    assertThat(MarketErrors.read(CLAIM, new byte[] {1, 2, 3, 4}).reason()).contains("0x01020304");
    byte[] other =
        AbiWriter.call("OtherAgreement(bytes32,bytes32)")
            .bytes32(Bytes32.ZERO)
            .bytes32(Bytes32.ZERO)
            .toBytes();
    assertThat(MarketErrors.read(SETTLE, other).code()).isEqualTo(ErrorCode.BAD_SIGNATURE);
  }
}
