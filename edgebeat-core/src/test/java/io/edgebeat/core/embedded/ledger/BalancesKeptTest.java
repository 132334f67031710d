package io.edgebeat.core.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.testkit.BalancesKept;
import io.edgebeat.testkit.fault.LedgerDecorator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The count finds tokens that a lying ledger makes, loses or gives to the wrong one. */
class BalancesKeptTest {
  private static final SignatureBackend SIGNATURES = new FakeSignatures();

  /** How the ledger of {@link Subject} lies; set before each run of it. */
  private static UnaryOperator<Ledger> lie = UnaryOperator.identity();

  /**
   * What is run inside the tests below: it asserts nothing and passes, whatever the ledger says.
   */
  @BalancesKept
  static class Subject implements BalancesKept.Counted {
    private final Market market = new Market(SIGNATURES, "buyer", "seller", "stranger", "key");
    private final Agreement one = market.agreement("buyer", "seller", "key", 1);
    private final Agreement two = market.agreement("stranger", "seller", "key", 2);

    @Override
    public Ledger countedLedger() {
      return lie.apply(market.any());
    }

    @Override
    public Map<Address, Amount> initialFunds() {
      Map<Address, Amount> funds = new LinkedHashMap<>();
      market.keys.values().forEach(key -> funds.put(key.address(), Edg.of("1000")));
      return funds;
    }

    @Test
    void trades() {
      market.send("buyer", market.open(one, "buyer", "seller"));
      market.send("stranger", market.open(two, "stranger", "seller"));
      market.send("buyer", new LedgerCommand.TopUp(one, Edg.of("3")));
      market.send("seller", new LedgerCommand.Claim(one, market.voucher(one, "key", Edg.of("2"))));
      market.send("seller", market.settle(two, Edg.of("4"), "key", "seller"));
    }

    @AfterEach
    void close() {
      market.close();
    }
  }

  /** Runs the subject as the build runs any test, and says why it failed. */
  private static List<Throwable> failures(UnaryOperator<Ledger> lying) {
    lie = lying;
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(Subject.class))
            .build();
    List<TestExecutionResult> results = new ArrayList<>();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                if (id.isTest()) {
                  results.add(result);
                }
              }
            });
    assertThat(results).hasSize(1);
    return results.stream().flatMap(r -> r.getThrowable().stream()).toList();
  }

  private static void found(UnaryOperator<Ledger> lying, String... named) {
    assertThat(failures(lying))
        .singleElement()
        .isInstanceOf(AssertionError.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(named));
  }

  @Test
  void anHonestLedgerPasses() {
    assertThat(failures(UnaryOperator.identity())).isEmpty();
  }

  @Test
  void aTokenThatIsLostIsFound() {
    found(ledger -> balanceOf(ledger, "seller", -1), "balance and vault", "1 too few", "together");
  }

  @Test
  void aTokenThatIsMadeIsFound() {
    found(ledger -> balanceOf(ledger, "seller", 1), "balance and vault", "1 too many", "together");
  }

  /** The sum is right: only the account tells. */
  @Test
  void aTokenGivenToTheWrongAccountIsFound() {
    found(
        ledger -> balanceOf(balanceOf(ledger, "seller", -1), "stranger", 1),
        "1 too few",
        "1 too many");
  }

  @Test
  void twoChannelsThatAreSwappedAreFound() {
    found(
        ledger ->
            new LedgerDecorator(ledger) {
              @Override
              public AgreementRecord agreement(AgreementId id, Finality at) {
                return opened(this)
                    .filter(other -> !other.equals(id))
                    .map(other -> named(super.agreement(other, at), id))
                    .findFirst()
                    .orElseThrow();
              }
            },
        "top-ups of",
        "claimed of",
        "paid of");
  }

  @Test
  void anEndThatPaysTooLittleIsFound() {
    found(
        ledger ->
            new LedgerDecorator(ledger) {
              @Override
              public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
                EventPage page = super.awaitEvents(from, limit, timeout);
                return new EventPage(
                    page.entries().stream().map(BalancesKeptTest::short1).toList(),
                    page.next(),
                    page.head());
              }
            },
        "paid, refunded and fee of",
        "1 too few");
  }

  private static Ledger balanceOf(Ledger ledger, String who, long more) {
    Address account = Market.key(SIGNATURES, who).address();
    return new LedgerDecorator(ledger) {
      @Override
      public Amount balance(Address of, Finality at) {
        Amount found = super.balance(of, at);
        return !of.equals(account)
            ? found
            : more > 0 ? found.plus(Edg.units(more)) : found.minus(Edg.units(-more));
      }
    };
  }

  private static Stream<AgreementId> opened(Ledger ledger) {
    return ledger.awaitEvents(LedgerCursor.START, 100, Duration.ZERO).entries().stream()
        .map(LedgerEntry::event)
        .filter(LedgerEvent.Opened.class::isInstance)
        .map(e -> ((LedgerEvent.Opened) e).id());
  }

  private static AgreementRecord named(AgreementRecord r, AgreementId id) {
    return new AgreementRecord(
        id,
        r.status(),
        r.deposit(),
        r.topUps(),
        r.claimed(),
        r.feeHeld(),
        r.deadline(),
        r.paid(),
        r.refunded(),
        r.feePaid());
  }

  /** An end whose refund is one base unit short. */
  private static LedgerEntry short1(LedgerEntry e) {
    if (!(e.event() instanceof LedgerEvent.Closed c)) {
      return e;
    }
    LedgerEvent less =
        new LedgerEvent.Closed(
            c.id(),
            c.buyer(),
            c.seller(),
            c.paid(),
            c.refunded().minus(Edg.units(1)),
            c.fee(),
            c.invoiceHash());
    return new LedgerEntry(
        e.block(), e.blockHash(), e.index(), e.time(), e.finality(), e.retracted(), less);
  }
}
