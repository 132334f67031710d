package io.edgebeat.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each fault of the demo ends well: with the right result, and with sums that the ledger names. */
@Timeout(120)
class FaultsTest {
  private static final int RESAMPLES = 40;
  private static final Amount NOTHING = Edg.units(0);
  private static final Amount SETUP = Edg.of("0.01");
  private static final Amount FEE = Edg.of("0.01");
  private static final Amount DEPOSIT_AND_FEE = Edg.of("2");

  /** Of attic, the cheapest. */
  private static final Amount TICK = Edg.of("0.0025");

  /** Until something happens. */
  private static final int TICKS = 5;

  private static final Pattern LAST_LINE =
      Pattern.compile(
          "EDGEBEAT DEMO OK agreement=0x[0-9a-f]{64} deposit=(\\d+) paid=(\\d+) fee=(\\d+)"
              + " refunded=(\\d+) ticks=\\d+ result=b[a-z2-7]+");

  @TempDir Path directory;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private Ending run(String fault, String mode) throws Exception {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Ending ending =
        new WeatherDemo(out, false, "embedded")
            .run(Fault.named(fault), directory, mode, RESAMPLES)
            .ending()
            .orElseThrow();
    for (AgreementRecord record : List.of(ending.spoiled(), ending.bought().record())) {
      assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
      assertThat(record.paid().plus(record.feePaid()).plus(record.refunded()))
          .isEqualTo(DEPOSIT_AND_FEE);
    }
    Matcher line = LAST_LINE.matcher(ending.bought().lastLine());
    assertThat(line.matches()).as(ending.bought().lastLine()).isTrue();
    assertThat(sum(line, 2, 3, 4)).isEqualTo(sum(line, 1));
    // The bound was printed when the offer was made, and is not what was found afterwards.
    int offered = text().indexOf("sends it to the seller\n    " + ending.printed());
    assertThat(offered).isPositive().isLessThan(text().indexOf("what went wrong"));
    return ending;
  }

  private static BigInteger sum(Matcher line, int... groups) {
    BigInteger sum = BigInteger.ZERO;
    for (int group : groups) {
      sum = sum.add(new BigInteger(line.group(group)));
    }
    return sum;
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static Amount price(long ticks) {
    return SETUP.plus(TICK.times(ticks));
  }

  private static void boughtElsewhere(Ending ending) {
    assertThat(ending.bought().record().id()).isNotEqualTo(ending.spoiled().id());
    assertThat(ending.bought().record().paid()).isGreaterThan(SETUP);
  }

  /** A chain shows a deposit some time after it was sent. */
  @Test
  void aVaultIsFullBeforeAnybodyBuysFromIt() {
    int looks = 3;
    AtomicInteger looked = new AtomicInteger();
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      Ledger real = market.ledger();
      InvocationHandler late =
          (proxy, method, arguments) ->
              method.getName().equals("vault") && looked.incrementAndGet() <= looks
                  ? Edg.units(0)
                  : method.invoke(real, arguments);
      WeatherDemo.fillVault(
          (Ledger)
              Proxy.newProxyInstance(
                  Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, late));
      assertThat(looked).hasValueGreaterThan(looks);
      assertThat(real.vault(real.account(), Finality.PENDING)).isEqualTo(Edg.of("10"));
    }
  }

  @Test
  void aSellerThatVanishesIsPaidNothingAndTheDepositComesBack() throws Exception {
    Ending ending = run("seller-vanishes", "compact");

    assertThat(ending.spoiled().paid()).isEqualTo(NOTHING);
    assertThat(ending.spoiled().refunded()).isEqualTo(DEPOSIT_AND_FEE);
    assertThat(ending.lost()).isEqualTo(NOTHING);
    assertThat(ending.bound()).isEqualTo(SETUP.plus(TICK).plus(FEE));
    assertThat(text()).contains("CLOSING, the challenge time begins");
    boughtElsewhere(ending);
  }

  @Test
  void aBuyerThatStopsPayingCostsTheSellerOneTick() throws Exception {
    Ending ending = run("buyer-stops-paying", "vault");

    assertThat(ending.spoiled().paid()).isEqualTo(price(TICKS));
    assertThat(ending.spoiled().feePaid()).isEqualTo(FEE);
    assertThat(ending.lost()).isEqualTo(TICK);
    assertThat(ending.bound()).isEqualTo(TICK);
    // The seller comes out by itself.
    assertThat(text()).doesNotContain("CLOSING");
    boughtElsewhere(ending);
  }

  @Test
  void aBadResultIsNoticedAndBoughtFromTheNextSeller() throws Exception {
    Ending ending = run("bad-result", "compact");

    assertThat(ending.spoiled().paid()).isGreaterThan(SETUP);
    assertThat(ending.lost()).isEqualTo(ending.spoiled().paid().plus(FEE));
    assertThat(ending.bound()).isEqualTo(DEPOSIT_AND_FEE);
    assertThat(text())
        .contains("bootstrap.resamples=10, the buyer had ordered " + RESAMPLES)
        .contains("recomputed in Java and found equal");
    boughtElsewhere(ending);
  }

  @Test
  void aSellerThatCheatsIsPaidWhatWasRevealedToIt() throws Exception {
    Ending ending = run("seller-cheats", "literal");

    AgreementRecord record = ending.bought().record();
    assertThat(record).isEqualTo(ending.spoiled());
    assertThat(record.paid()).isEqualTo(price(ending.bought().ticks()));
    assertThat(ending.lost()).isEqualTo(NOTHING);
    Amount wanted = price(ending.bought().ticks() + 100);
    assertThat(text())
        .containsSubsequence(
            "a claim of " + wanted + "; the ledger refuses",
            "BAD_PAYMENT",
            "a settlement at " + wanted + "; the ledger refuses",
            "BAD_SIGNATURE",
            "BAD_PAYMENT the seller wants " + wanted + ", only " + record.paid() + " was revealed",
            "CLOSING, the challenge time begins");
  }

  @Test
  void aKilledBuyerFinishesFromItsJournalAndPaysOnce() throws Exception {
    Ending ending = run("node-killed", "compact");

    AgreementRecord record = ending.bought().record();
    assertThat(record).isEqualTo(ending.spoiled());
    assertThat(record.paid()).isEqualTo(price(ending.bought().ticks()));
    assertThat(ending.bought().ticks()).isGreaterThan(TICKS);
    assertThat(ending.lost()).isEqualTo(NOTHING);
    assertThat(text())
        .containsSubsequence("node is killed", "starts again from its journal", "program has ended")
        .doesNotContain("problem:");
  }

  @Test
  void anUnknownFaultIsNamedBesideThoseThereAre() {
    assertThatThrownBy(() -> Fault.named("seller-sleeps"))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContainingAll(
            "\"seller-sleeps\"",
            "seller-vanishes",
            "buyer-stops-paying",
            "bad-result",
            "seller-cheats",
            "node-killed");
  }

  @Test
  void theProgramFailsForAnUnknownFault() throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dedgebeat.demo.fault=seller-sleeps",
                "-classpath",
                System.getProperty("java.class.path"),
                WeatherDemo.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).isEqualTo(1);
    assertThat(said)
        .contains("\"seller-sleeps\"")
        .endsWith("EDGEBEAT DEMO FAILED code=INVALID_ARGUMENT\n");
  }
}
