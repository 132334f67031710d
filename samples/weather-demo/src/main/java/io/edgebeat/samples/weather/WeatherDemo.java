package io.edgebeat.samples.weather;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerParameters;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The whole main job in one process: three sellers advertise, a buyer chooses, both sign, a
 * WebAssembly program works on a real weather record and reads a thermometer while it is paid tick
 * by tick, and the ledger settles. Where {@code mvn -Pdemo} begins. With {@code
 * -Dedgebeat.demo.fault=NAME} a {@link Fault} happens on the way, with {@code
 * -Dedgebeat.ledger=evm} the ledger is contracts on a chain.
 */
public final class WeatherDemo {
  /** Held here, because loggers are forgotten when nobody holds them. */
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private static final int RESAMPLES = 6000;

  /** Faults are about money; the same program need not work so long for them. */
  private static final int FEWER = 1500;

  private final PrintStream out;
  private final Display display;
  private final String name;

  /**
   * A demo.
   *
   * @param terminal whether lines may be changed again
   * @param name the ledger's
   */
  WeatherDemo(PrintStream out, boolean terminal, String name) {
    this.out = out;
    this.name = name;
    this.display = new Display(out, terminal);
  }

  /** Runs the demo; ends with exit code 1 after a message of its own when it fails. */
  public static void main(String[] args) {
    PrintStream out = System.out;
    if (!Boolean.getBoolean("edgebeat.debug")) {
      QUIET.setLevel(Level.WARNING);
    }
    try {
      new WeatherDemo(out, terminal(), System.getProperty("edgebeat.ledger", "embedded")).run();
    } catch (EdgeBeatException e) {
      fail(e.code(), e);
    } catch (IOException | RuntimeException e) {
      fail(ErrorCode.INTERNAL, e);
    }
  }

  /** Before JDK 22 a console is a terminal; from then on it says whether it is one. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean terminal() {
    Console console = System.console();
    if (console == null || System.getenv("TERM") == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderJdk) {
      return true;
    }
  }

  private static void fail(ErrorCode code, Exception e) {
    System.err.println("The demo failed: " + e.getMessage());
    if (Boolean.getBoolean("edgebeat.debug")) {
      e.printStackTrace();
    }
    System.out.println("EDGEBEAT DEMO FAILED code=" + code);
    System.exit(1);
  }

  private void run() throws IOException {
    String mode = System.getProperty("edgebeat.mode", "compact");
    String faults = System.getProperty("edgebeat.demo.fault");
    if (faults == null) {
      inDirectory(directory -> run(directory, mode));
      return;
    }
    // All are known before the first one begins.
    for (Fault fault : Arrays.stream(faults.split(",", -1)).map(Fault::named).toList()) {
      inDirectory(directory -> run(fault, directory, mode, FEWER));
    }
  }

  /** A market in a directory of its own. */
  private interface Run {
    Over in(Path directory) throws IOException;
  }

  /**
   * A run that is over.
   *
   * @param ending how it ended where something went wrong
   * @param cost what the last line says besides
   */
  record Over(Settled bought, Optional<Ending> ending, String cost) {
    String lastLine() {
      return bought.lastLine() + cost;
    }
  }

  private void inDirectory(Run run) throws IOException {
    Path directory = Files.createTempDirectory("edgebeat-demo");
    try {
      out.println(run.in(directory).lastLine());
    } finally {
      delete(directory);
    }
  }

  private Over run(Path directory, String mode) throws IOException {
    Settled settled;
    LedgerInfo info;
    String cost;
    try (DemoLedger ledger = DemoLedger.start(name, LedgerParameters.DEFAULTS);
        LocalMarket market = market(ledger, directory, mode)) {
      info = market.ledger().info();
      settled = work(market, mode);
      cost = ledger.cost(settled.record().id());
    }
    settled.checkJournals(directory, List.of("buyer", "harbour", "attic", "tower"), info);
    return new Over(settled, Optional.empty(), cost);
  }

  private static LocalMarket market(DemoLedger ledger, Path directory, String mode) {
    LocalMarketBuilder builder =
        ledger.market().directory(directory).option("mode", mode).option("seller.literal", "true");
    for (Sellers seller : Sellers.values()) {
      builder.seller(seller.id(), seller.listing(), Sellers.THERMOMETER.capability());
    }
    return builder.realTime();
  }

  private Settled work(LocalMarket market, String mode) throws IOException {
    head(mode);
    Sellers.show(market, display);
    if (mode.equals("vault")) {
      fillVault(market.ledger());
    }
    market.buyerNode().events(display::buyer);
    market.sellers().forEach(s -> s.events(display::seller));
    WeatherJob job = new WeatherJob(RESAMPLES, market.content(), display);
    return Settled.of(job.submit(market.buyer()), job, market.ledger(), display);
  }

  /** The same with something going wrong; it tells how that ended. */
  Over run(Fault fault, Path directory, String mode, int resamples) throws IOException {
    Ending ending;
    LedgerInfo info;
    String cost;
    head(mode + ", with a fault: " + fault.id());
    try (DemoLedger ledger = DemoLedger.start(name, Stage.PARAMETERS);
        Stage stage = new Stage(ledger, directory, mode, resamples, display)) {
      info = stage.ledger().info();
      ending = fault.run(stage);
      cost = ledger.cost(ending.bought().record().id());
    }
    ending.bought().checkJournals(directory, ending.journals(), info);
    ending.tell(display);
    return new Over(ending.bought(), Optional.of(ending), cost);
  }

  private void head(String mode) {
    display.plain(
        "signatures by " + EdgeBeat.signatures().name() + ", ledger " + name + ", " + mode);
  }

  /** Puts something into an account's vault and waits until it is there: a buyer looks at once. */
  static void fillVault(Ledger ledger) {
    var transaction = ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("10")));
    ledger.broadcast(transaction);
    Stage.until(
        () -> !ledger.vault(ledger.account(), Finality.PENDING).isZero(),
        "the deposit has not come into the vault of " + ledger.account());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
