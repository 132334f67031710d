package io.edgebeat.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The program as a seller runs it gives what Java computes from the same record. */
class WeatherMarketTest {
  private static final int RESAMPLES = 40;

  @Test
  void theBoughtReportEqualsTheRecomputedOne() throws Exception {
    byte[] csv = resource("seattle-weather.csv");
    Thermometer thermometer = new Thermometer(21.5);
    try (LocalMarket market = market(thermometer)) {
      Task task = buy(market, csv, true);

      TaskOutcome outcome = task.await(Duration.ofMinutes(2));

      assertThat(outcome).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(report(task))
          .isEqualTo(WeatherFigures.report(csv, RESAMPLES, thermometer.readings()));
      assertThat(task.usage().messages()).containsEntry("thermometer", 24L);
      // Every reading is a unit, every second is one, and a tick is one unit.
      assertThat(task.invoice().ticks()).isGreaterThanOrEqualTo(25);
    }
  }

  @Test
  void aThermometerThatTheTermsDoNotNameIsNotThere() throws Exception {
    byte[] csv = resource("seattle-weather.csv");
    try (LocalMarket market = market(new Thermometer(21.5))) {
      Task task = buy(market, csv, false);

      task.await(Duration.ofMinutes(2));

      assertThat(report(task)).isEqualTo(WeatherFigures.report(csv, RESAMPLES));
      assertThat(task.usage().messages()).isEmpty();
    }
  }

  private static LocalMarket market(Thermometer thermometer) {
    return EdgeBeat.local()
        .seller(
            "attic",
            new ListingSpec(
                "eu-west",
                new ResourceSpec(1000, 256L << 20, 0),
                new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.001")),
                Duration.ofHours(1)),
            thermometer.capability())
        .realTime();
  }

  private static Task buy(LocalMarket market, byte[] csv, boolean thermometer) throws Exception {
    ContentId image =
        market.content().put(ContentSource.of(resource("weather.wasm")), Progress.NONE);
    ContentId input = market.content().put(ContentSource.of(csv), Progress.NONE);
    TaskSpec task = TaskSpec.wasm(image, Integer.toString(RESAMPLES)).input(input);
    return market
        .buyer()
        .submit(thermometer ? task.capabilities("thermometer") : task, Budget.upTo(Edg.of("1")));
  }

  private static String report(Task task) throws Exception {
    try (InputStream result = task.result()) {
      return new String(result.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] resource(String name) throws Exception {
    try (InputStream in = WeatherMarketTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
