package io.edgebeat.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeatherFiguresTest {

  private static final String HEADER = "date,precipitation,temp_max,temp_min,wind,weather\n";
  private static final byte[] CSV = resource("seattle-weather.csv");

  @Test
  void describesTheWholeRecord() {
    assertThat(figures(WeatherFigures.report(CSV, 0)))
        .containsEntry("record.first_day", "2012-01-01")
        .containsEntry("record.last_day", "2015-12-31")
        .containsEntry("record.days", "1461")
        .containsEntry("record.mean_c", "12.337")
        .containsEntry("record.min_c", "-7.1")
        .containsEntry("record.min_day", "2013-12-07")
        .containsEntry("record.max_c", "35.6")
        .containsEntry("record.max_day", "2014-08-11")
        .containsEntry("record.precipitation_mm", "4426.0")
        .containsEntry("record.wettest_mm", "55.9")
        .containsEntry("record.wettest_day", "2015-03-15")
        .containsEntry("record.weather.drizzle", "53")
        .containsEntry("record.weather.fog", "101")
        .containsEntry("record.weather.rain", "641")
        .containsEntry("record.weather.snow", "26")
        .containsEntry("record.weather.sun", "640")
        .containsEntry("record.weather.other", "0");
  }

  /** The expected figures were made with awk from the record. */
  @ParameterizedTest
  @CsvSource({
    "2012, 366, 11.283, 1226.0",
    "2013, 365, 12.106, 828.0",
    "2014, 365, 12.829, 1232.8",
    "2015, 365, 13.132, 1139.2"
  })
  void describesEachYear(int year, String days, String mean, String precipitation) {
    assertThat(figures(WeatherFigures.report(CSV, 0)))
        .containsEntry("year." + year + ".days", days)
        .containsEntry("year." + year + ".mean_c", mean)
        .containsEntry("year." + year + ".precipitation_mm", precipitation);
  }

  @Test
  void findsTheDaysThatFloatingPointFindsAnomalous() {
    String[] lines = new String(CSV, StandardCharsets.US_ASCII).lines().toArray(String[]::new);
    Map<String, Double> expected = new LinkedHashMap<>();
    for (int i = 31; i < lines.length; i++) {
      double[] before =
          Arrays.stream(lines, i - 30, i).mapToDouble(WeatherFiguresTest::temperature).toArray();
      double mean = Arrays.stream(before).average().orElseThrow();
      double squares = Arrays.stream(before).map(max -> (max - mean) * (max - mean)).sum();
      double sigmas = (temperature(lines[i]) - mean) / Math.sqrt(squares / 29);
      if (Math.abs(sigmas) > 3) {
        expected.put("anomaly." + lines[i].substring(0, 10) + ".sigmas", sigmas);
      }
    }

    Map<String, String> figures = figures(WeatherFigures.report(CSV, 0));

    assertThat(expected).hasSize(25);
    assertThat(figures).containsEntry("anomaly.count", "25").containsKeys(keys(expected));
    expected.forEach(
        (key, sigmas) ->
            assertThat(Double.parseDouble(figures.get(key))).isEqualTo(sigmas, within(0.001)));
  }

  @Test
  void comparesTheThermometerWithTheRecord() {
    List<String> readings = new ArrayList<>(Collections.nCopies(20, "20.0\n"));
    readings.addAll(List.of("-1.5\n", "30\n", "warm\n", "101.0\n", "99.0\n"));

    assertThat(figures(WeatherFigures.report(CSV, 0, readings)))
        .containsEntry("thermometer", "granted")
        .containsEntry("thermometer.01", "20.0")
        .containsEntry("thermometer.21", "-1.5")
        .containsEntry("thermometer.22", "30.0")
        .doesNotContainKeys("thermometer.23", "thermometer.24", "thermometer.25")
        .containsEntry("thermometer.end", "complete")
        .containsEntry("thermometer.readings", "22")
        .containsEntry("thermometer.skipped", "2")
        .containsEntry("thermometer.mean_c", "19.477") // 428.5 / 22
        .containsEntry("thermometer.min_c", "-1.5")
        .containsEntry("thermometer.max_c", "30.0")
        .containsEntry("thermometer.above_record_c", "7.140"); // 19.4773 - 12.3369
  }

  @Test
  void endsWithTheStream() {
    assertThat(figures(WeatherFigures.report(CSV, 0, List.of("1.0\n", "", "2.0\n"))))
        .containsEntry("thermometer.end", "end-of-stream")
        .containsEntry("thermometer.readings", "1")
        .containsEntry("thermometer.mean_c", "1.000");
    assertThat(figures(WeatherFigures.report(CSV, 0, List.of())))
        .containsEntry("thermometer.end", "end-of-stream")
        .containsEntry("thermometer.readings", "0")
        .doesNotContainKey("thermometer.mean_c");
  }

  @Test
  void goesOnWithoutTheThermometer() {
    assertThat(figures(WeatherFigures.report(CSV, 10)))
        .containsEntry("thermometer", "not-granted")
        .doesNotContainKey("thermometer.readings")
        .containsEntry("bootstrap.resamples", "10")
        .containsKey("year.2015.mean_low_c");
  }

  @Test
  void estimatesTheYearlyMeans() {
    Map<String, String> figures =
        figures(WeatherFigures.report(CSV, WeatherFigures.DEFAULT_RESAMPLES));

    assertThat(figures)
        .containsEntry("bootstrap.resamples", "2000")
        .containsEntry("bootstrap.generator", "3da242b926ad6d9e");
    for (int year = 2012; year <= 2015; year++) {
      double mean = Double.parseDouble(figures.get("year." + year + ".mean_c"));
      double error = Double.parseDouble(figures.get("year." + year + ".mean_error_c"));
      double low = Double.parseDouble(figures.get("year." + year + ".mean_low_c"));
      double high = Double.parseDouble(figures.get("year." + year + ".mean_high_c"));
      assertThat(error).isBetween(0.15, 0.3);
      assertThat(low).isBetween(mean - 3 * error, mean - 1.9 * error);
      assertThat(high).isBetween(mean + 1.9 * error, mean + 3 * error);
    }
  }

  @Test
  void knowsConstantWeatherForCertain() {
    StringBuilder csv = new StringBuilder(HEADER);
    for (LocalDate day = LocalDate.of(2011, 1, 1); day.getYear() < 2012; day = day.plusDays(1)) {
      csv.append(day).append(",0,6.0,-5.0,1.0,hail\n");
    }
    csv.append("2012-01-01,0,6.1,-5.0,1.0,sun");

    assertThat(figures(WeatherFigures.report(bytes(csv.toString()), 50)))
        .containsEntry("record.days", "366")
        .containsEntry("record.weather.other", "365")
        .containsEntry("anomaly.2012-01-01.sigmas", "inf")
        .containsEntry("anomaly.count", "1")
        .containsEntry("year.2011.mean_error_c", "0.000")
        .containsEntry("year.2011.mean_low_c", "0.500")
        .containsEntry("year.2011.mean_high_c", "0.500");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2012-01-01,0.0,12.8,5.0,4.7",
        "2012-01-01,0.0,12.8,5.0,4.7,rain,rain",
        "2012-01-01,0.0,12.81,5.0,4.7,rain",
        "2012-01-01,-0.1,12.8,5.0,4.7,rain",
        "2012-01-01,0.0,100.1,5.0,4.7,rain",
        "2012-01-01,0.0,12.8,5.0,,rain",
        "2012-02-30,0.0,12.8,5.0,4.7,rain",
        "2012-1-1,0.0,12.8,5.0,4.7,rain",
        "2012-01-01,0.0,12.8,5.0,4.7,rain\n2012-01-03,0.0,12.8,5.0,4.7,rain",
        "2012-01-01,0.0,12.8,5.0,4.7,rain\n\n"
      })
  void refusesWhatIsNoRecord(String lines) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeatherFigures.report(bytes(HEADER + lines), 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_001})
  void refusesResamplesOutOfRange(int resamples) {
    assertThatIllegalArgumentException().isThrownBy(() -> WeatherFigures.report(CSV, resamples));
  }

  @Test
  void workloadHasTheContentIdentifierBesideIt() throws NoSuchAlgorithmException {
    byte[] wasm = resource("weather.wasm");
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(wasm);

    String cid = new String(resource("weather.wasm.cid"), StandardCharsets.US_ASCII);

    assertThat(wasm).hasSizeLessThanOrEqualTo(262_144).startsWith(0, 'a', 's', 'm', 1, 0, 0, 0);
    assertThat(cid).isEqualTo(rawCid(hash) + "\n");
  }

  /** Returns the CIDv1 of a single raw block: version 1, codec raw, multihash, base32. */
  private static String rawCid(byte[] sha256) {
    BigInteger bits = new BigInteger("01551220", 16).shiftLeft(256).or(new BigInteger(1, sha256));
    bits = bits.shiftLeft(2); // 36 bytes are 288 bits; 58 digits of 5 bits are 290
    StringBuilder digits = new StringBuilder();
    for (int i = 57; i >= 0; i--) {
      int digit = bits.shiftRight(5 * i).intValue() & 31;
      digits.append("abcdefghijklmnopqrstuvwxyz234567".charAt(digit));
    }
    return "b" + digits;
  }

  private static double temperature(String line) {
    return Double.parseDouble(line.split(",", -1)[2]);
  }

  private static String[] keys(Map<String, ?> map) {
    return map.keySet().toArray(String[]::new);
  }

  private static Map<String, String> figures(String report) {
    return report
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] resource(String name) {
    try (InputStream stream = WeatherFigures.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }
}
