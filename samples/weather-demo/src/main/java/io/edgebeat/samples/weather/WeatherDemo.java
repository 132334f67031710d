package io.edgebeat.samples.weather;

import io.edgebeat.EdgeBeat;
import io.edgebeat.JournalSummary;
import io.edgebeat.LocalMarket;
import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The whole main job in one process: three sellers advertise, a buyer chooses, both sign, a
 * WebAssembly program works on a real weather record and reads a thermometer while it is paid tick
 * by tick, and the ledger settles. Where {@code mvn -Pdemo} begins.
 */
public final class WeatherDemo {
  /** Held here, because loggers are forgotten when nobody holds them. */
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");

  private static final String RESAMPLES = "6000";

  private final PrintStream out;
  private final Display display;
  private final Thermometer thermometer = new Thermometer(21.5);

  private WeatherDemo(PrintStream out, boolean terminal) {
    this.out = out;
    this.display = new Display(out, terminal);
  }

  /** Runs the demo; ends with exit code 1 after a message of its own when it fails. */
  public static void main(String[] args) {
    PrintStream out = System.out;
    if (!Boolean.getBoolean("edgebeat.debug")) {
      QUIET.setLevel(Level.WARNING);
    }
    try {
      new WeatherDemo(out, terminal()).run();
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
    String ledger = System.getProperty("edgebeat.ledger", "embedded");
    if (!ledger.equals("embedded")) {
      throw new EdgeBeatException(
          ErrorCode.BACKEND_MISSING,
          "the demo runs on the ledger \"embedded\" only; there is no ledger \"" + ledger + "\"");
    }
    Path directory = Files.createTempDirectory("edgebeat-demo");
    try {
      run(directory);
    } finally {
      delete(directory);
    }
  }

  private void run(Path directory) throws IOException {
    byte[] csv = resource("seattle-weather.csv");
    byte[] program = resource("weather.wasm");
    String mode = System.getProperty("edgebeat.mode", "compact");
    Settled settled;
    LedgerInfo info;
    try (LocalMarket market = market(directory, mode)) {
      info = market.ledger().info();
      settled = work(market, csv, program, mode);
    }
    checkJournals(directory, info, settled);
    out.println(settled.lastLine());
  }

  private LocalMarket market(Path directory, String mode) {
    LocalMarketBuilder builder =
        EdgeBeat.local().directory(directory).option("mode", mode).option("seller.literal", "true");
    String[][] sellers = {
      {"harbour", "eu-north", "0.0040"},
      {"attic", "eu-west", "0.0025"},
      {"tower", "us-west", "0.0031"}
    };
    for (String[] s : sellers) {
      builder.seller(
          s[0],
          new ListingSpec(
              s[1],
              new ResourceSpec(1000, 256L << 20, 64L << 20),
              new Price(Edg.of(s[2]), TickUnit.seconds(1), Edg.of("0.01")),
              Duration.ofHours(2)),
          thermometer);
    }
    return builder.realTime();
  }

  private Settled work(LocalMarket market, byte[] csv, byte[] program, String mode)
      throws IOException {
    display.plain("signatures by " + EdgeBeat.signatures().name() + ", ledger embedded, " + mode);
    display.step("three sellers advertise on the ledger; each listing costs a fee");
    for (var listing : market.buyer().search(ListingQuery.ALL, PageKey.first(10)).items()) {
      display.detail(
          String.format(
              Locale.ROOT,
              "%-8s %-9s %s a second, %s for set-up, thermometer",
              market.nameOf(listing.seller()).orElseThrow(),
              listing.region(),
              listing.price().perTick(),
              listing.price().setup()));
    }
    if (mode.equals("vault")) {
      fillVault(market.ledger());
    }
    market.buyerNode().events(display::buyer);
    market.sellers().forEach(s -> s.events(display::seller));
    ContentId image = market.content().put(ContentSource.of(program), Progress.NONE);
    ContentId input = market.content().put(ContentSource.of(csv), Progress.NONE);
    display.step("buyer puts program and weather record into the content store");
    display.detail("program " + image);
    display.detail("record  " + input);
    Task task =
        market
            .buyer()
            .submit(
                TaskSpec.wasm(image, RESAMPLES)
                    .input(input)
                    .capabilities("thermometer")
                    .limits(ExecutionLimits.DEFAULTS.withWallTime(Duration.ofMinutes(3))),
                Budget.upTo(Edg.of("2")));
    TaskOutcome outcome = task.await(Duration.ofMinutes(5));
    if (!(outcome instanceof TaskOutcome.Completed completed)) {
      throw new EdgeBeatException(ErrorCode.EXECUTOR_FAILED, "the program ended with " + outcome);
    }
    String report = new String(task.result().readAllBytes(), StandardCharsets.UTF_8);
    String expected =
        WeatherFigures.report(csv, Integer.parseInt(RESAMPLES), thermometer.readings());
    require(report.equals(expected), "the result differs from the recomputation in Java");
    Settled settled = readBack(market, task, completed.result());
    display.step("result, recomputed in Java and found equal");
    display.plain(table(report));
    display.plain(EdgeBeat.text(task.invoice()));
    return settled;
  }

  private static void fillVault(Ledger ledger) {
    var transaction = ledger.prepare(new LedgerCommand.VaultDeposit(Edg.of("10")));
    ledger.broadcast(transaction);
  }

  /** What the ledger says in the end; every number of the last line comes from here. */
  private record Settled(AgreementRecord record, long ticks, ContentId result) {
    Amount deposit() {
      return record.paid().plus(record.feePaid()).plus(record.refunded());
    }

    String lastLine() {
      return "EDGEBEAT DEMO OK agreement="
          + record.id()
          + " deposit="
          + deposit().baseUnits()
          + " paid="
          + record.paid().baseUnits()
          + " fee="
          + record.feePaid().baseUnits()
          + " refunded="
          + record.refunded().baseUnits()
          + " ticks="
          + ticks
          + " result="
          + result;
    }
  }

  private Settled readBack(LocalMarket market, Task task, ContentId result) {
    AgreementId id = task.agreement().orElseThrow();
    AgreementRecord record = market.ledger().agreement(id, Finality.FINAL);
    Invoice invoice = task.invoice();
    require(record.status() == AgreementStatus.CLOSED, "the ledger says " + record.status());
    require(invoice.paid().equals(record.paid()), "paid differs from the invoice");
    require(invoice.fee().equals(record.feePaid()), "the fee differs from the invoice");
    require(invoice.refunded().equals(record.refunded()), "the refund differs from the invoice");
    Amount deposit = invoice.deposit().plus(invoice.topUps()).plus(invoice.feeEscrowed());
    Settled settled = new Settled(record, invoice.ticks(), result);
    require(deposit.equals(settled.deposit()), "paid, fee and refund are not what was deposited");
    Amount paid = invoice.setup().plus(invoice.tickAmount().times(invoice.ticks()));
    require(paid.equals(record.paid()), "set-up and ticks are not what was paid");
    return settled;
  }

  /** Both journals must say the same; they are read after both nodes were closed. */
  private void checkJournals(Path directory, LedgerInfo info, Settled settled) {
    int found = 0;
    for (String node : List.of("buyer", "harbour", "attic", "tower")) {
      for (JournalSummary summary :
          JournalSummary.read(directory.resolve(node), info, EdgeBeat.signatures())) {
        if (summary.id().equals(settled.record().id())) {
          found++;
          require(
              summary.paid().equals(settled.record().paid()),
              "the journal of " + node + " says " + summary.paid());
          require(
              summary.ticks() == settled.ticks(),
              "the journal of " + node + " says " + summary.ticks() + " ticks");
        }
      }
    }
    require(found == 2, found + " journals know the agreement, expected 2");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new EdgeBeatException(ErrorCode.INTERNAL, otherwise);
    }
  }

  /** The yearly figures and the thermometer's of a report, as a table. */
  private static String table(String report) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%n    %-6s %6s %8s %8s %8s %12s  %s%n",
            "year",
            "days",
            "mean C",
            "min C",
            "max C",
            "rain mm",
            "95% interval of the mean"));
    for (String year : List.of("2012", "2013", "2014", "2015")) {
      table.append(
          String.format(
              Locale.ROOT,
              "    %-6s %6s %8s %8s %8s %12s  %s .. %s%n",
              year,
              value(report, year, "days"),
              value(report, year, "mean_c"),
              value(report, year, "min_c"),
              value(report, year, "max_c"),
              value(report, year, "precipitation_mm"),
              value(report, year, "mean_low_c"),
              value(report, year, "mean_high_c")));
    }
    table.append(
        String.format(
            Locale.ROOT,
            "    %s anomalous days; thermometer: %s readings, mean %s C, %s C above the record%n",
            field(report, "anomaly.count"),
            field(report, "thermometer.readings"),
            field(report, "thermometer.mean_c"),
            field(report, "thermometer.above_record_c")));
    return table.toString();
  }

  private static String value(String report, String year, String name) {
    return field(report, "year." + year + "." + name);
  }

  private static String field(String report, String key) {
    return report
        .lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse("-");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = WeatherDemo.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new EdgeBeatException(ErrorCode.CONTENT_NOT_FOUND, "no resource " + name);
      }
      return in.readAllBytes();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
