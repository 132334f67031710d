package io.edgebeat.samples.weather;

import io.edgebeat.api.Buyer;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What is bought: a program, the record it works on, and what must come out of it. */
final class WeatherJob {
  private final int resamples;
  private final ContentId image;
  private final ContentId input;
  private final String expected;

  /** Puts program and record into the store. */
  WeatherJob(int resamples, ContentStore content, Display display) throws IOException {
    this.resamples = resamples;
    byte[] csv = resource("seattle-weather.csv");
    image = content.put(ContentSource.of(resource("weather.wasm")), Progress.NONE);
    input = content.put(ContentSource.of(csv), Progress.NONE);
    display.step("buyer puts program and weather record into the content store");
    display.detail("program " + image);
    display.detail("record  " + input);
    expected = WeatherFigures.report(csv, resamples, Sellers.THERMOMETER.readings());
  }

  TaskSpec spec() {
    return TaskSpec.wasm(image, Integer.toString(resamples))
        .input(input)
        .capabilities("thermometer")
        .limits(ExecutionLimits.DEFAULTS.withWallTime(Duration.ofMinutes(3)));
  }

  /** Has it done by whoever is the cheapest. */
  Task submit(Buyer buyer) {
    return submit(buyer, spec());
  }

  /** Has it done by one seller. */
  Task submit(Buyer buyer, Sellers seller) {
    return submit(buyer, spec().region(seller.region()));
  }

  private static Task submit(Buyer buyer, TaskSpec spec) {
    return buyer.submit(spec, Budget.upTo(Edg.of("2")));
  }

  /** How much of it was ordered. */
  int resamples() {
    return resamples;
  }

  static String report(Task task) throws IOException {
    try (InputStream result = task.result()) {
      return new String(result.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Whether a report is what Java computes from the same record. */
  boolean isRight(String report) {
    return report.equals(expected);
  }

  /** The yearly figures and the thermometer's of a report, as a table. */
  static String table(String report) {
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

  /** One figure of a report. */
  static String field(String report, String key) {
    return report
        .lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse("-");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = WeatherJob.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new EdgeBeatException(ErrorCode.CONTENT_NOT_FOUND, "no resource " + name);
      }
      return in.readAllBytes();
    }
  }
}
