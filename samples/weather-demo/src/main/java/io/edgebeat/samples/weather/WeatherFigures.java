package io.edgebeat.samples.weather;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * Computes the report of the workload {@code weather.wasm} a second time, in plain Java, so that a
 * buyer can tell whether a seller ran the workload honestly.
 *
 * <p>For the same record, number of resamples and readings the text is equal to the workload's
 * output to the byte. The figures are defined in {@code workload/README.md}; this class and {@code
 * workload/weather.c} must be changed together. All arithmetic is on integers: temperatures and
 * precipitation in tenths of a degree Celsius and of a millimetre, and daily means, which are
 * {@code (temp_max + temp_min) / 2}, in twentieths.
 */
public final class WeatherFigures {

  /** How many readings of the thermometer the workload takes. */
  public static final int READINGS = 24;

  /** The number of resamples of the workload when it is given no argument. */
  public static final int DEFAULT_RESAMPLES = 2000;

  private static final int MAX_RESAMPLES = 1_000_000;
  private static final int MAX_YEARS = 100;
  private static final int MAX_DAYS = 36_600;
  private static final int TRAILING_DAYS = 30;
  private static final int SIGMAS = 3;
  private static final int BLOCK_DAYS = 5;
  private static final int INNER_RESAMPLES = 25;
  private static final long T_LIMIT = 1_000_000_000L;
  private static final long SEED = 0x45646765426561d7L;

  private static final String HEADER = "date,precipitation,temp_max,temp_min,wind,weather";
  private static final List<String> WEATHERS =
      List.of("drizzle", "fog", "rain", "snow", "sun", "other");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,4}(\\.[0-9])?");

  private final List<Day> record;
  private final int resamples;
  private final StringBuilder text = new StringBuilder();

  private WeatherFigures(byte[] csv, int resamples) {
    if (resamples < 0 || resamples > MAX_RESAMPLES) {
      throw new IllegalArgumentException("resamples not from 0 to 1000000: " + resamples);
    }
    this.record = parse(csv);
    this.resamples = resamples;
  }

  /**
   * Returns the report of a run that was granted the thermometer.
   *
   * @param csv the weather record
   * @param resamples the number of bootstrap resamples, from 0 to 1000000
   * @param readings the messages of the thermometer, in order; of more than {@link #READINGS} the
   *     workload reads the first ones, and an empty message ends the stream as a missing one does
   * @return the report, equal to the standard output of the workload
   * @throws IllegalArgumentException if the workload would refuse the record or the resamples
   */
  public static String report(byte[] csv, int resamples, List<String> readings) {
    return new WeatherFigures(csv, resamples).report(Optional.of(readings));
  }

  /**
   * Returns the report of a run that was not granted the thermometer.
   *
   * @param csv the weather record
   * @param resamples the number of bootstrap resamples, from 0 to 1000000
   * @return the report, equal to the standard output of the workload
   * @throws IllegalArgumentException if the workload would refuse the record or the resamples
   */
  public static String report(byte[] csv, int resamples) {
    return new WeatherFigures(csv, resamples).report(Optional.empty());
  }

  private String report(Optional<List<String>> readings) {
    title("EdgeBeat weather report");
    statistics("record.", record);
    Map<Integer, List<Day>> years =
        record.stream().collect(groupingBy(day -> day.date().getYear(), TreeMap::new, toList()));
    years.forEach(
        (year, days) -> {
          title("Year " + year);
          statistics("year." + year + ".", days);
        });
    anomalies();
    title("Thermometer");
    line("thermometer", readings.isPresent() ? "granted" : "not-granted");
    readings.ifPresent(this::thermometer);
    bootstrap(years);
    return text.toString();
  }

  private void statistics(String prefix, List<Day> days) {
    // Of equal days the earliest counts; a stream's max would give the last.
    Day coldest = first(days, Comparator.comparingInt(Day::min));
    Day hottest = first(days, Comparator.comparingInt(Day::max).reversed());
    Day wettest = first(days, Comparator.comparingInt(Day::precipitation).reversed());
    line(prefix + "first_day", days.getFirst().date());
    line(prefix + "last_day", days.getLast().date());
    line(prefix + "days", days.size());
    line(prefix + "mean_c", ratio(sum(days, Day::twentieths), 20L * days.size(), 3));
    line(prefix + "min_c", ratio(coldest.min(), 10, 1));
    line(prefix + "min_day", coldest.date());
    line(prefix + "max_c", ratio(hottest.max(), 10, 1));
    line(prefix + "max_day", hottest.date());
    line(prefix + "precipitation_mm", ratio(sum(days, Day::precipitation), 10, 1));
    line(prefix + "wettest_mm", ratio(wettest.precipitation(), 10, 1));
    line(prefix + "wettest_day", wettest.date());
    Map<String, Long> weathers = days.stream().collect(groupingBy(Day::weather, counting()));
    for (String weather : WEATHERS) {
      line(prefix + "weather." + weather, weathers.getOrDefault(weather, 0L));
    }
  }

  private void anomalies() {
    title("Days whose highest temperature departs from the 30 days before by more than 3 sigma");
    BigInteger n = BigInteger.valueOf(TRAILING_DAYS);
    BigInteger degrees = BigInteger.valueOf(TRAILING_DAYS - 1L);
    int count = 0;
    for (int i = TRAILING_DAYS; i < record.size(); i++) {
      List<Day> before = record.subList(i - TRAILING_DAYS, i);
      Day day = record.get(i);
      BigInteger sum = BigInteger.valueOf(sum(before, Day::max));
      BigInteger squares = BigInteger.valueOf(sum(before, other -> other.max() * other.max()));
      BigInteger spread = n.multiply(squares).subtract(sum.pow(2));
      BigInteger departure = n.multiply(BigInteger.valueOf(day.max())).subtract(sum);
      BigInteger left = departure.pow(2).multiply(degrees);
      BigInteger right = n.multiply(spread);
      if (left.compareTo(right.multiply(BigInteger.valueOf(SIGMAS * SIGMAS))) > 0) {
        count++;
        String prefix = "anomaly." + day.date();
        line(prefix + ".max_c", ratio(day.max(), 10, 1));
        line(prefix + ".expected_c", ratio(sum.longValueExact(), 10L * TRAILING_DAYS, 2));
        line(prefix + ".sigmas", sigmas(departure.signum(), left, right));
      }
    }
    line("anomaly.count", count);
  }

  private static String sigmas(int sign, BigInteger left, BigInteger right) {
    if (right.signum() == 0) {
      return sign < 0 ? "-inf" : "inf";
    }
    long thousandths =
        left.multiply(BigInteger.valueOf(1_000_000)).divide(right).sqrt().longValueExact();
    return ratio(sign * thousandths, 1000, 3);
  }

  private void thermometer(List<String> messages) {
    List<Integer> readings = new ArrayList<>();
    int taken = 0;
    for (String message : messages) {
      if (taken == READINGS || message.isEmpty()) {
        break;
      }
      taken++;
      OptionalInt tenths =
          tenths(message.endsWith("\n") ? message.substring(0, message.length() - 1) : message);
      if (tenths.isPresent() && isTemperature(tenths.getAsInt())) {
        readings.add(tenths.getAsInt());
        String number = taken < 10 ? "0" + taken : "" + taken;
        line("thermometer." + number, ratio(tenths.getAsInt(), 10, 1));
      }
    }
    line("thermometer.end", taken == READINGS ? "complete" : "end-of-stream");
    line("thermometer.readings", readings.size());
    line("thermometer.skipped", taken - readings.size());
    if (!readings.isEmpty()) {
      long count = readings.size();
      long sum = readings.stream().mapToLong(Integer::longValue).sum();
      long total = sum(record, Day::twentieths);
      line("thermometer.mean_c", ratio(sum, 10 * count, 3));
      line("thermometer.min_c", ratio(readings.stream().min(Integer::compare).get(), 10, 1));
      line("thermometer.max_c", ratio(readings.stream().max(Integer::compare).get(), 10, 1));
      line(
          "thermometer.above_record_c",
          ratio(sum * 2 * record.size() - total * count, 20 * count * record.size(), 3));
    }
  }

  private void bootstrap(Map<Integer, List<Day>> years) {
    Generator generator = new Generator();
    Map<Integer, YearBootstrap> bootstraps = new TreeMap<>();
    years.forEach((year, days) -> bootstraps.put(year, new YearBootstrap(days, resamples)));
    for (int i = 0; i < resamples; i++) {
      for (YearBootstrap bootstrap : bootstraps.values()) {
        bootstrap.resample(i, generator);
      }
    }
    title("Confidence intervals of the yearly means, 95 %");
    line("bootstrap.resamples", resamples);
    line("bootstrap.generator", HexFormat.of().toHexDigits(generator.state));
    if (resamples >= 2) {
      bootstraps.forEach(
          (year, bootstrap) -> {
            Interval interval = bootstrap.interval();
            long unit = 20_000L * bootstrap.days;
            line("year." + year + ".mean_error_c", ratio(interval.error(), unit, 3));
            line("year." + year + ".mean_low_c", ratio(interval.low(), unit, 3));
            line("year." + year + ".mean_high_c", ratio(interval.high(), unit, 3));
          });
    }
  }

  private void title(String title) {
    text.append("# ").append(title).append('\n');
  }

  private void line(String key, Object value) {
    text.append(key).append('=').append(value).append('\n');
  }

  private static Day first(List<Day> days, Comparator<Day> order) {
    return days.stream().sorted(order).findFirst().orElseThrow(); // a stable sort
  }

  private static long sum(List<Day> days, ToIntFunction<Day> figure) {
    return days.stream().mapToLong(figure::applyAsInt).sum();
  }

  private static String ratio(long numerator, long denominator, int decimals) {
    return BigDecimal.valueOf(numerator)
        .divide(BigDecimal.valueOf(denominator), decimals, RoundingMode.HALF_UP)
        .toPlainString();
  }

  /** Returns the root of a variance, cut off to thousandths. */
  private static long thousandthsOfRoot(long numerator, long denominator) {
    return BigInteger.valueOf(numerator)
        .multiply(BigInteger.valueOf(1_000_000))
        .divide(BigInteger.valueOf(denominator))
        .sqrt()
        .longValueExact();
  }

  private static List<Day> parse(byte[] csv) {
    List<String> lines =
        new ArrayList<>(
            Arrays.asList(new String(csv, StandardCharsets.ISO_8859_1).split("\n", -1)));
    if (lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    if (lines.size() < 2 || !lines.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException("no days under the expected columns");
    }
    List<Day> days = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      Day day = parseDay(line);
      if (!days.isEmpty() && !days.getLast().date().plusDays(1).equals(day.date())) {
        throw new IllegalArgumentException("does not follow the day before it: " + line);
      }
      days.add(day);
    }
    int years = days.getLast().date().getYear() - days.getFirst().date().getYear() + 1;
    if (days.size() > MAX_DAYS || years > MAX_YEARS) {
      throw new IllegalArgumentException("the record is too long");
    }
    return days;
  }

  private static Day parseDay(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != 6 || !DATE.matcher(fields[0]).matches()) {
      throw new IllegalArgumentException("not a day of the record: " + line);
    }
    int precipitation = figure(fields[1], line);
    int max = figure(fields[2], line);
    int min = figure(fields[3], line);
    if (tenths(fields[4]).isEmpty()
        || precipitation < 0
        || precipitation > 30_000
        || !isTemperature(max)
        || !isTemperature(min)
        || fields[0].startsWith("0000")) {
      throw new IllegalArgumentException("a figure is out of its range: " + line);
    }
    try {
      String weather = WEATHERS.contains(fields[5]) ? fields[5] : "other";
      return new Day(LocalDate.parse(fields[0]), precipitation, max, min, weather);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not in the calendar: " + line, e);
    }
  }

  private static int figure(String field, String line) {
    return tenths(field)
        .orElseThrow(() -> new IllegalArgumentException("not a decimal number: " + line));
  }

  private static OptionalInt tenths(String number) {
    return DECIMAL.matcher(number).matches()
        ? OptionalInt.of(new BigDecimal(number).movePointRight(1).intValueExact())
        : OptionalInt.empty();
  }

  private static boolean isTemperature(int tenths) {
    return Math.abs(tenths) <= 1000;
  }

  /** A line of the record, in tenths. */
  private record Day(LocalDate date, int precipitation, int max, int min, String weather) {

    int twentieths() {
      return max + min;
    }
  }

  /** An interval of a year's sum and the sum's standard error, in thousandths of a twentieth. */
  private record Interval(long error, long low, long high) {}

  /** The pseudo-random generator xorshift64*, with its upper half scaled to the bound. */
  private static final class Generator {

    private long state = SEED;

    int draw(int bound) {
      state ^= state >>> 12;
      state ^= state << 25;
      state ^= state >>> 27;
      return (int) ((((state * 0x2545f4914f6cdd1dL) >>> 32) * bound) >>> 32);
    }
  }

  /** The studentized block bootstrap of one year, each month resampled by itself. */
  private static final class YearBootstrap {

    private final List<int[]> months;
    private final int days;
    private final long sum;
    private final int[] studentized;
    private long squares;

    YearBootstrap(List<Day> days, int resamples) {
      this.months =
          days.stream()
              .collect(groupingBy(day -> day.date().getMonth(), TreeMap::new, toList()))
              .values()
              .stream()
              .map(month -> month.stream().mapToInt(Day::twentieths).toArray())
              .toList();
      this.days = days.size();
      this.sum = sum(months);
      this.studentized = new int[resamples];
    }

    void resample(int index, Generator generator) {
      List<int[]> outer = map(months, month -> resample(month, 1, generator));
      long outerSum = sum(outer);
      long innerSum = 0;
      long innerSquares = 0;
      for (int i = 0; i < INNER_RESAMPLES; i++) {
        long departure =
            sum(map(outer, month -> resample(month, BLOCK_DAYS, generator))) - outerSum;
        innerSum += departure;
        innerSquares += departure * departure;
      }
      long error =
          thousandthsOfRoot(
              INNER_RESAMPLES * innerSquares - innerSum * innerSum,
              INNER_RESAMPLES * (INNER_RESAMPLES - 1L));
      long departure = outerSum - sum;
      long t = error == 0 ? 0 : departure * 1_000_000 / error;
      studentized[index] = (int) Math.clamp(t, -T_LIMIT, T_LIMIT);
      squares += departure * departure;
    }

    Interval interval() {
      int[] sorted = studentized.clone();
      Arrays.sort(sorted);
      int tail = (int) ((sorted.length - 1L) * 25 / 1000);
      long error = thousandthsOfRoot(squares, sorted.length - 1L);
      long low = sum * 1000 - sorted[sorted.length - 1 - tail] * error / 1000;
      long high = sum * 1000 - sorted[tail] * error / 1000;
      return new Interval(error, low, high);
    }

    private static int[] resample(int[] month, int step, Generator generator) {
      int[] target = new int[month.length];
      int starts = Math.max(1, month.length / step);
      for (int block = 0; block < month.length; block += BLOCK_DAYS) {
        int from = generator.draw(starts) * step;
        for (int i = block; i < Math.min(block + BLOCK_DAYS, month.length); i++) {
          target[i] = month[(from + i - block) % month.length];
        }
      }
      return target;
    }

    private static List<int[]> map(List<int[]> months, Function<int[], int[]> resampling) {
      List<int[]> result = new ArrayList<>(months.size());
      for (int[] month : months) {
        result.add(resampling.apply(month));
      }
      return result;
    }

    private static long sum(List<int[]> months) {
      long sum = 0;
      for (int[] month : months) {
        for (int twentieths : month) {
          sum += twentieths;
        }
      }
      return sum;
    }
  }
}
