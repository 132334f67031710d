package io.edgebeat.chain.evm.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is refused before it is signed, and what is read of logs that somebody else has caused. */
class MarketCallsTest {
  private static final Address MARKET = address(1);
  private static final Address TOKEN = address(2);
  private static final Address SELF = address(3);
  private static final Instant TIME = Instant.ofEpochSecond(2_000_000_000);
  private static final SigningDomain DOMAIN = SigningDomain.edgeBeat(5, MARKET);
  private static final MarketCalls CALLS = new MarketCalls(DOMAIN, TOKEN, SELF);

  private static Address address(int last) {
    byte[] bytes = new byte[20];
    bytes[19] = (byte) last;
    return Address.of(bytes);
  }

  private static void refused(ErrorCode code, LedgerCommand command) {
    EdgeBeatException e = catchThrowableOfType(EdgeBeatException.class, () -> CALLS.of(command));
    assertThat(e).as(command.toString()).isNotNull();
    assertThat(e.code()).isEqualTo(code);
  }

  private static LedgerCommand advertise(String uri, Instant until) {
    return new LedgerCommand.Advertise(Bytes32.ZERO, uri, until);
  }

  @Test
  void tokensThatWouldBeStuckAreNotSent() {
    for (Address contract : List.of(MARKET, TOKEN)) {
      refused(ErrorCode.INVALID_ARGUMENT, new LedgerCommand.Transfer(contract, Edg.of("1")));
    }
    refused(ErrorCode.BAD_AMOUNT, new LedgerCommand.Transfer(SELF, Edg.units(0)));
  }

  @Test
  void aTimeOrATextThatNoLedgerKeepsIsRefused() {
    refused(ErrorCode.BAD_TIME, advertise("", TIME.plus(Duration.ofMillis(5))));
    refused(ErrorCode.BAD_TIME, advertise("", Instant.ofEpochSecond(-1)));
    refused(ErrorCode.BAD_TIME, advertise("", Instant.ofEpochSecond(1L << 40)));
    refused(ErrorCode.INVALID_ARGUMENT, advertise("x".repeat(20_000), TIME));
    refused(ErrorCode.INVALID_ARGUMENT, advertise("half of \uD800 a pair", TIME));
    assertThat(CALLS.of(advertise("é".repeat(1_025), TIME)).data().size()).isGreaterThan(2_050);
  }

  @Test
  void depositAndFeeMayBeMoreThanAnAmountHolds() {
    Amount most = new Amount(Asset.EDG, Amount.MAX);
    Agreement agreement =
        new Agreement(
            SELF,
            address(4),
            address(5),
            most,
            most,
            TIME,
            TIME,
            Duration.ofHours(1),
            0,
            0,
            Agreement.Funding.WALLET,
            Bytes32.ZERO);
    LedgerCommand open = new LedgerCommand.Open(agreement, Optional.empty(), Optional.empty());
    assertThat(CALLS.of(open).spends()).isEqualTo(Amount.MAX.multiply(BigInteger.TWO));
  }

  @Test
  void aTextThatIsNotUtf8DoesNotStopWhoReads() {
    byte[] data = AbiWriter.arguments().bytes(new byte[] {'a', (byte) 0xff, 'b'}).toBytes();
    assertThat(new AbiReader(data, 0).string()).isEqualTo("a\uFFFDb");
  }
}
