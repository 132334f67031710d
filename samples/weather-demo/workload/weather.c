/*
 * The workload of the EdgeBeat weather demo: a WASI preview 1 command that reads a daily weather
 * record (CSV) from its standard input and a thermometer from a host stream, and writes a report of
 * key=value lines to its standard output.
 *
 *   usage: weather [RESAMPLES]        0..1000000 bootstrap resamples, 2000 when left out
 *
 * The report depends on nothing but the record, RESAMPLES and the readings, to the byte: there is
 * no clock, no randomness of the host, no file, no environment and no floating point number here.
 * README.md beside this file defines every figure; WeatherFigures.java computes the same report a
 * second time, and the two must be changed together.
 *
 * Units: temperatures and precipitation are held in tenths (of a degree Celsius, of a millimetre).
 * A day's mean is (temp_max + temp_min) / 2, so sums of temp_max + temp_min are held in twentieths.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  MAX_YEARS = 100,
  MAX_DAYS = 36600,
  MAX_RESAMPLES = 1000000,
  DEFAULT_RESAMPLES = 2000,
  READINGS = 24,
  TRAILING_DAYS = 30,
  SIGMAS = 3,
  BLOCK_DAYS = 5,
  INNER_RESAMPLES = 25,
  WEATHERS = 6
};

#define SEED UINT64_C(0x45646765426561d7)
#define T_LIMIT INT64_C(1000000000)

#ifdef __wasm__
/* The host's stream of that name as a file descriptor, or a negative number when not granted. */
__attribute__((import_module("edgebeat"), import_name("stream_open"))) int32_t stream_open(
    const char *name, int32_t name_length);
#else
/* A native build is for measuring and for sanitizers; it can be given readings by a pipe on 3. */
static int32_t stream_open(const char *name, int32_t name_length) {
  (void)name;
  (void)name_length;
  return getenv("WEATHER_THERMOMETER_ON_3") ? 3 : -1;
}
#endif

struct day {
  int16_t year;
  int8_t month;
  int8_t day;
  int16_t max;
  int16_t min;
  int16_t precipitation;
  int8_t weather;
};

/* Days that follow one another in the record: one calendar month of it, or one calendar year. */
struct span {
  int32_t first;
  int32_t days;
};

struct year {
  struct span span;
  int64_t sum;     /* of temp_max + temp_min */
  int64_t squares; /* of what the resamples' sums depart from the sum, squared */
  int32_t *t;      /* studentized departures of the resamples, in thousandths */
};

static const char *const WEATHER[WEATHERS] = {"drizzle", "fog", "rain", "snow", "sun", "other"};
static const char HEADER[] = "date,precipitation,temp_max,temp_min,wind,weather";

static struct day *days;
static int32_t *twentieths; /* temp_max + temp_min of each day */
static int32_t day_count;
static struct year years[MAX_YEARS];
static int32_t year_count;
static int32_t resamples = DEFAULT_RESAMPLES;
static uint64_t generator = SEED;

/* ---- output ---------------------------------------------------------------------------------- */

static char out[4096];
static size_t out_length;

static void write_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written <= 0) {
      _Exit(1);
    }
    bytes += written;
    length -= (size_t)written;
  }
}

static void flush(void) {
  write_all(STDOUT_FILENO, out, out_length);
  out_length = 0;
}

/* Not inlined: it would be the larger part of the module, and writing is not what takes time. */
__attribute__((noinline)) static void put_char(char c) {
  if (out_length == sizeof out) {
    flush();
  }
  out[out_length++] = c;
}

static void put(const char *text) {
  while (*text) {
    put_char(*text++);
  }
}

static void put_unsigned(uint64_t value, int digits) {
  char text[20];
  int length = 0;
  do {
    text[length++] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0 || length < digits);
  while (length > 0) {
    put_char(text[--length]);
  }
}

/* numerator / denominator with that many decimals, halves rounded away from zero; never "-0". */
static void put_ratio(int64_t numerator, int64_t denominator, int decimals) {
  uint64_t scale = 1;
  for (int i = 0; i < decimals; i++) {
    scale *= 10;
  }
  uint64_t magnitude = numerator < 0 ? 0 - (uint64_t)numerator : (uint64_t)numerator;
  uint64_t divisor = (uint64_t)denominator;
  uint64_t rest = magnitude % divisor * scale;
  uint64_t scaled = magnitude / divisor * scale + rest / divisor;
  if (rest % divisor * 2 >= divisor) {
    scaled++;
  }
  if (numerator < 0 && scaled > 0) {
    put_char('-');
  }
  put_unsigned(scaled / scale, 1);
  if (decimals > 0) {
    put_char('.');
    put_unsigned(scaled % scale, decimals);
  }
}

static void put_date(const struct day *day) {
  put_unsigned((uint64_t)day->year, 4);
  put_char('-');
  put_unsigned((uint64_t)day->month, 2);
  put_char('-');
  put_unsigned((uint64_t)day->day, 2);
}

static void line_number(const char *key, uint64_t value) {
  put(key);
  put_unsigned(value, 1);
  put_char('\n');
}

static void line_ratio(const char *key, int64_t numerator, int64_t denominator, int decimals) {
  put(key);
  put_ratio(numerator, denominator, decimals);
  put_char('\n');
}

static void line_date(const char *key, const struct day *day) {
  put(key);
  put_date(day);
  put_char('\n');
}

static _Noreturn void fail(int status, const char *message) {
  flush();
  write_all(STDERR_FILENO, "weather: ", 9);
  write_all(STDERR_FILENO, message, strlen(message));
  write_all(STDERR_FILENO, "\n", 1);
  _Exit(status);
}

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory) {
    fail(1, "out of memory");
  }
  return memory;
}

/* ---- input ----------------------------------------------------------------------------------- */

static int is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month) {
  static const int8_t LENGTH[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : LENGTH[month - 1];
}

/* That many digits as a number, or -1. */
static int digits(const char *text, int count) {
  int value = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/* Reads [-]d{1,4}[.d] as tenths; 0 when the text is anything else. */
static int parse_tenths(const char *text, size_t length, int32_t *tenths) {
  int negative = length > 0 && text[0] == '-';
  if (negative) {
    text++;
    length--;
  }
  size_t whole = 0;
  while (whole < length && text[whole] != '.') {
    whole++;
  }
  if (whole < 1 || whole > 4 || (whole != length && whole + 2 != length)) {
    return 0;
  }
  int value = digits(text, (int)whole);
  int tenth = whole == length ? 0 : digits(text + whole + 1, 1);
  if (value < 0 || tenth < 0) {
    return 0;
  }
  *tenths = negative ? -(value * 10 + tenth) : value * 10 + tenth;
  return 1;
}

static int parse_temperature(const char *text, size_t length, int32_t *tenths) {
  return parse_tenths(text, length, tenths) && *tenths >= -1000 && *tenths <= 1000;
}

static void parse_date(const char *text, size_t length, struct day *day) {
  if (length != 10 || text[4] != '-' || text[7] != '-') {
    fail(2, "a date is not written as yyyy-mm-dd");
  }
  int year = digits(text, 4);
  int month = digits(text + 5, 2);
  int date = digits(text + 8, 2);
  if (year < 1 || month < 1 || month > 12 || date < 1 || date > month_length(year, month)) {
    fail(2, "a date is not in the calendar");
  }
  day->year = (int16_t)year;
  day->month = (int8_t)month;
  day->day = (int8_t)date;
}

static int follows(const struct day *before, const struct day *day) {
  if (before->day < month_length(before->year, before->month)) {
    return day->year == before->year && day->month == before->month && day->day == before->day + 1;
  }
  if (before->month < 12) {
    return day->year == before->year && day->month == before->month + 1 && day->day == 1;
  }
  return day->year == before->year + 1 && day->month == 1 && day->day == 1;
}

static void parse_line(const char *line, size_t length) {
  const char *field[6];
  size_t field_length[6];
  int fields = 0;
  size_t start = 0;
  for (size_t i = 0; i <= length; i++) {
    if (i == length || line[i] == ',') {
      if (fields == 6) {
        fail(2, "a line does not have six fields");
      }
      field[fields] = line + start;
      field_length[fields++] = i - start;
      start = i + 1;
    }
  }
  if (fields != 6) {
    fail(2, "a line does not have six fields");
  }
  if (day_count == MAX_DAYS) {
    fail(2, "the record is too long");
  }
  struct day *day = &days[day_count];
  parse_date(field[0], field_length[0], day);
  int32_t precipitation;
  int32_t max;
  int32_t min;
  int32_t wind;
  if (!parse_tenths(field[1], field_length[1], &precipitation) || precipitation < 0 ||
      precipitation > 30000 || !parse_temperature(field[2], field_length[2], &max) ||
      !parse_temperature(field[3], field_length[3], &min) ||
      !parse_tenths(field[4], field_length[4], &wind)) {
    fail(2, "a figure is not a number of at most one decimal in its range");
  }
  day->precipitation = (int16_t)precipitation;
  day->max = (int16_t)max;
  day->min = (int16_t)min;
  twentieths[day_count] = max + min;
  day->weather = WEATHERS - 1;
  for (int8_t i = 0; i < WEATHERS - 1; i++) {
    if (strlen(WEATHER[i]) == field_length[5] && !memcmp(WEATHER[i], field[5], field_length[5])) {
      day->weather = i;
    }
  }
  if (day_count > 0 && !follows(day - 1, day)) {
    fail(2, "a day does not follow the day before it");
  }
  if (day_count == 0 || day->year != day[-1].year) {
    if (year_count == MAX_YEARS) {
      fail(2, "the record is too long");
    }
    years[year_count++].span.first = day_count;
  }
  years[year_count - 1].span.days++;
  years[year_count - 1].sum += twentieths[day_count];
  day_count++;
}

static void read_record(void) {
  static char buffer[16384];
  size_t held = 0;
  int header = 0;
  int ended = 0;
  days = allocate(MAX_DAYS, sizeof *days);
  twentieths = allocate(MAX_DAYS, sizeof *twentieths);
  while (!ended) {
    ssize_t got = read(STDIN_FILENO, buffer + held, sizeof buffer - 1 - held);
    if (got < 0) {
      fail(1, "cannot read the record");
    }
    ended = got == 0;
    held += (size_t)got;
    if (ended && held > 0) {
      buffer[held++] = '\n'; /* the last line may lack its end; it has room for one */
    }
    size_t start = 0;
    for (size_t i = 0; i < held; i++) {
      if (buffer[i] == '\n') {
        if (header) {
          parse_line(buffer + start, i - start);
        } else if (i - start != sizeof HEADER - 1 ||
                   memcmp(buffer + start, HEADER, sizeof HEADER - 1) != 0) {
          fail(2, "the first line does not name the expected columns");
        }
        header = 1;
        start = i + 1;
      }
    }
    held -= start;
    memmove(buffer, buffer + start, held);
    if (held == sizeof buffer - 1) {
      fail(2, "a line is too long");
    }
  }
  if (day_count == 0) {
    fail(2, "the record has no days");
  }
}

/* ---- figures of the record ------------------------------------------------------------------- */

static int64_t total(void) {
  int64_t sum = 0;
  for (int32_t i = 0; i < year_count; i++) {
    sum += years[i].sum;
  }
  return sum;
}

/* Puts "year.2012." before each key of a year, or "record." before those of the whole record. */
static void put_prefix(const struct year *year) {
  if (year) {
    put("year.");
    put_unsigned((uint64_t)days[year->span.first].year, 1);
    put_char('.');
  } else {
    put("record.");
  }
}

static void put_statistics(const struct year *year, struct span span, int64_t sum) {
  const struct day *from = &days[span.first];
  const struct day *hottest = from;
  const struct day *coldest = from;
  const struct day *wettest = from;
  int64_t precipitation = 0;
  int32_t weather[WEATHERS] = {0};
  for (const struct day *day = from; day < from + span.days; day++) {
    hottest = day->max > hottest->max ? day : hottest;
    coldest = day->min < coldest->min ? day : coldest;
    wettest = day->precipitation > wettest->precipitation ? day : wettest;
    precipitation += day->precipitation;
    weather[day->weather]++;
  }
  put_prefix(year), line_date("first_day=", from);
  put_prefix(year), line_date("last_day=", from + span.days - 1);
  put_prefix(year), line_number("days=", (uint64_t)span.days);
  put_prefix(year), line_ratio("mean_c=", sum, 20 * (int64_t)span.days, 3);
  put_prefix(year), line_ratio("min_c=", coldest->min, 10, 1);
  put_prefix(year), line_date("min_day=", coldest);
  put_prefix(year), line_ratio("max_c=", hottest->max, 10, 1);
  put_prefix(year), line_date("max_day=", hottest);
  put_prefix(year), line_ratio("precipitation_mm=", precipitation, 10, 1);
  put_prefix(year), line_ratio("wettest_mm=", wettest->precipitation, 10, 1);
  put_prefix(year), line_date("wettest_day=", wettest);
  for (int i = 0; i < WEATHERS; i++) {
    put_prefix(year), put("weather."), put(WEATHER[i]);
    line_number("=", (uint64_t)weather[i]);
  }
}

/* The greatest integer whose square is not above value. */
static int64_t square_root(int64_t value) {
  uint64_t rest = (uint64_t)value;
  uint64_t root = 0;
  uint64_t bit = UINT64_C(1) << 62;
  while (bit > rest) {
    bit >>= 2;
  }
  for (; bit > 0; bit >>= 2) {
    if (rest >= root + bit) {
      rest -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return (int64_t)root;
}

/* floor(1000000 * numerator / denominator) without the product's overflow. */
static int64_t millionths(int64_t numerator, int64_t denominator) {
  return numerator / denominator * 1000000 + numerator % denominator * 1000000 / denominator;
}

/*
 * A day is an anomaly when its temp_max is more than SIGMAS sample standard deviations of the
 * TRAILING_DAYS days right before it away from their mean. With n such days x, S = sum(x) and
 * V = n sum(x^2) - S^2, the mean is S/n and the sample variance V/(n(n-1)), so that
 *   |max - S/n| > k sqrt(V/(n(n-1)))   is   (n max - S)^2 (n-1) > k^2 n V
 * which is decided exactly.
 */
static void put_anomalies(void) {
  const int64_t n = TRAILING_DAYS;
  uint64_t count = 0;
  put("# Days whose highest temperature departs from the 30 days before by more than 3 sigma\n");
  for (int32_t i = TRAILING_DAYS; i < day_count; i++) {
    int64_t sum = 0;
    int64_t squares = 0;
    for (int32_t j = i - TRAILING_DAYS; j < i; j++) {
      sum += days[j].max;
      squares += (int64_t)days[j].max * days[j].max;
    }
    int64_t spread = n * squares - sum * sum;
    int64_t departure = n * days[i].max - sum;
    if (departure * departure * (n - 1) > SIGMAS * SIGMAS * n * spread) {
      count++;
      put("anomaly."), put_date(&days[i]), line_ratio(".max_c=", days[i].max, 10, 1);
      put("anomaly."), put_date(&days[i]), line_ratio(".expected_c=", sum, 10 * n, 2);
      put("anomaly."), put_date(&days[i]), put(".sigmas=");
      if (spread == 0) {
        put(departure < 0 ? "-inf\n" : "inf\n");
      } else {
        /* (departure/n) / sqrt(spread/(n(n-1))), squared and in thousandths, cut off */
        int64_t squared = millionths(departure * departure * (n - 1), n * spread);
        int64_t sigmas = square_root(squared);
        line_ratio("", departure < 0 ? -sigmas : sigmas, 1000, 3);
      }
    }
  }
  line_number("anomaly.count=", count);
}

/* ---- bootstrap ------------------------------------------------------------------------------- */

/* xorshift64* (Marsaglia 2003, Vigna 2016), its upper half scaled to 0..bound-1. */
static uint32_t draw(uint32_t bound) {
  generator ^= generator >> 12;
  generator ^= generator << 25;
  generator ^= generator >> 27;
  uint64_t upper = generator * UINT64_C(0x2545f4914f6cdd1d) >> 32;
  return (uint32_t)(upper * bound >> 32);
}

/*
 * Resamples one month: blocks of BLOCK_DAYS days that follow one another (the month's first day
 * follows its last), each from a day drawn at random among every step-th, until there are as many
 * days as before. Returns the resample's sum; the days themselves go to the target.
 */
static int32_t resample(const int32_t *month, int32_t length, int32_t step, int32_t *target) {
  uint32_t starts = length < step ? 1 : (uint32_t)(length / step);
  int32_t sum = 0;
  int32_t from = 0;
  int32_t in_block = 0;
  for (int32_t i = 0; i < length; i++) {
    if (in_block == 0) {
      from = (int32_t)draw(starts) * step;
      in_block = BLOCK_DAYS;
    }
    in_block--;
    target[i] = month[from];
    sum += month[from];
    from = from + 1 == length ? 0 : from + 1;
  }
  return sum;
}

/* Resamples each month of a year by itself, so that the seasons do not count as chance. */
static int64_t resample_year(struct span span, const int32_t *source, int32_t step,
                             int32_t *target) {
  int64_t sum = 0;
  int32_t start = 0;
  while (start < span.days) {
    int32_t end = start + 1;
    while (end < span.days && days[span.first + end].month == days[span.first + start].month) {
      end++;
    }
    sum += resample(source + start, end - start, step, target + start);
    start = end;
  }
  return sum;
}

/*
 * One studentized resample of a year: how far it departs, by its own standard error. That error
 * has no simple formula, so it is that of resamples of the resample, which take its blocks whole:
 * blocks cut at other days would lose the likeness of neighbouring days and make it too small.
 */
static void bootstrap_year(struct year *year, int32_t resample) {
  static int32_t outer[366];
  static int32_t inner[366];
  const int32_t *source = twentieths + year->span.first;
  int64_t departure = resample_year(year->span, source, 1, outer) - year->sum;
  int64_t sum = 0;
  int64_t squares = 0;
  for (int i = 0; i < INNER_RESAMPLES; i++) {
    int64_t inner_departure =
        resample_year(year->span, outer, BLOCK_DAYS, inner) - year->sum - departure;
    sum += inner_departure;
    squares += inner_departure * inner_departure;
  }
  int64_t error = square_root(millionths(
      INNER_RESAMPLES * squares - sum * sum, INNER_RESAMPLES * (INNER_RESAMPLES - 1)));
  int64_t t = error == 0 ? 0 : departure * 1000000 / error;
  t = t > T_LIMIT ? T_LIMIT : t < -T_LIMIT ? -T_LIMIT : t;
  year->t[resample] = (int32_t)t;
  year->squares += departure * departure;
}

/* Does one of READINGS equal shares of the resamples. */
static void bootstrap_share(int32_t share) {
  int32_t from = (int32_t)((int64_t)resamples * share / READINGS);
  int32_t to = (int32_t)((int64_t)resamples * (share + 1) / READINGS);
  for (int32_t i = from; i < to; i++) {
    for (int32_t j = 0; j < year_count; j++) {
      bootstrap_year(&years[j], i);
    }
  }
}

static int compare(const void *a, const void *b) {
  int32_t left = *(const int32_t *)a;
  int32_t right = *(const int32_t *)b;
  return (left > right) - (left < right);
}

static void put_bootstrap(void) {
  put("# Confidence intervals of the yearly means, 95 %\n");
  line_number("bootstrap.resamples=", (uint64_t)resamples);
  put("bootstrap.generator=");
  for (int shift = 60; shift >= 0; shift -= 4) {
    put_char("0123456789abcdef"[generator >> shift & 15]);
  }
  put_char('\n');
  for (int32_t i = 0; i < year_count && resamples >= 2; i++) {
    struct year *year = &years[i];
    qsort(year->t, (size_t)resamples, sizeof *year->t, compare);
    int32_t tail = (int32_t)((int64_t)(resamples - 1) * 25 / 1000);
    int64_t error = square_root(millionths(year->squares, resamples - 1));
    int64_t unit = (int64_t)20000 * year->span.days;
    int64_t low = year->sum * 1000 - year->t[resamples - 1 - tail] * error / 1000;
    int64_t high = year->sum * 1000 - year->t[tail] * error / 1000;
    put_prefix(year), line_ratio("mean_error_c=", error, unit, 3);
    put_prefix(year), line_ratio("mean_low_c=", low, unit, 3);
    put_prefix(year), line_ratio("mean_high_c=", high, unit, 3);
  }
}

/* ---- thermometer ----------------------------------------------------------------------------- */

static void run_thermometer_and_bootstrap(void) {
  static const char NAME[] = "thermometer";
  static const char *end = "complete";
  int64_t sum = 0;
  int64_t count = 0;
  int32_t min = 0;
  int32_t max = 0;
  uint64_t skipped = 0;
  int32_t fd = stream_open(NAME, sizeof NAME - 1);
  int reading = fd >= 0;
  put("# Thermometer\n");
  put(reading ? "thermometer=granted\n" : "thermometer=not-granted\n");
  flush();
  for (int32_t i = 0; i < READINGS; i++) {
    bootstrap_share(i);
    if (!reading) {
      continue;
    }
    char message[64];
    ssize_t length = read(fd, message, sizeof message);
    if (length <= 0) {
      end = length == 0 ? "end-of-stream" : "error";
      reading = 0;
      continue;
    }
    int32_t tenths;
    if (message[length - 1] == '\n') {
      length--;
    }
    if (!parse_temperature(message, (size_t)length, &tenths)) {
      skipped++;
      continue;
    }
    min = count == 0 || tenths < min ? tenths : min;
    max = count == 0 || tenths > max ? tenths : max;
    sum += tenths;
    count++;
    put("thermometer."), put_unsigned((uint64_t)i + 1, 2), line_ratio("=", tenths, 10, 1);
    flush(); /* a reading is reported as it comes */
  }
  if (fd < 0) {
    return;
  }
  put("thermometer.end="), put(end), put_char('\n');
  line_number("thermometer.readings=", (uint64_t)count);
  line_number("thermometer.skipped=", skipped);
  if (count > 0) {
    line_ratio("thermometer.mean_c=", sum, 10 * count, 3);
    line_ratio("thermometer.min_c=", min, 10, 1);
    line_ratio("thermometer.max_c=", max, 10, 1);
    line_ratio("thermometer.above_record_c=", sum * 2 * day_count - total() * count,
               20 * count * day_count, 3);
  }
}

int main(int argc, char **argv) {
  if (argc > 2) {
    fail(2, "usage: weather [RESAMPLES]");
  }
  if (argc == 2) {
    size_t length = strlen(argv[1]);
    resamples = length < 1 || length > 7 ? -1 : digits(argv[1], (int)length);
    if (resamples < 0 || resamples > MAX_RESAMPLES) {
      fail(2, "RESAMPLES is not a number from 0 to 1000000");
    }
  }
  read_record();
  put("# EdgeBeat weather report\n");
  put_statistics(NULL, (struct span){0, day_count}, total());
  for (int32_t i = 0; i < year_count; i++) {
    put("# Year "), put_unsigned((uint64_t)days[years[i].span.first].year, 1), put_char('\n');
    put_statistics(&years[i], years[i].span, years[i].sum);
    years[i].t = allocate((size_t)resamples + 1, sizeof *years[i].t);
  }
  put_anomalies();
  run_thermometer_and_bootstrap();
  put_bootstrap();
  flush();
  return 0;
}
