package io.edgebeat.exec.wasm.child;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Usage;
import io.edgebeat.api.task.Workload;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How values of the API are written into frames and read from them. */
public final class Values {
  private static final int MOST_TEXT = 2_000;

  private Values() {}

  /** Something that may be refused by the value that is made. */
  private interface Making<T> {
    T make() throws ProtocolException;
  }

  /** A value that cannot be is a breach of the protocol, and no defect of this side. */
  private static <T> T valid(Making<T> making) throws ProtocolException {
    try {
      return making.make();
    } catch (IllegalArgumentException | DateTimeException | EdgeBeatException e) {
      throw new ProtocolException("a value that cannot be: " + e.getMessage());
    }
  }

  /** Writes text by key. */
  public static void map(FieldsWriter to, Map<String, String> map) {
    to.number4(map.size());
    new TreeMap<>(map).forEach((key, value) -> to.text(key).text(value));
  }

  /** Reads text by key. */
  public static Map<String, String> map(Fields from) throws ProtocolException {
    Map<String, String> map = new TreeMap<>();
    int count = from.number4();
    for (int i = 0; i < count; i++) {
      map.put(from.text(), from.text());
    }
    return map;
  }

  /** Writes what to run. */
  public static void workload(FieldsWriter to, Workload workload) {
    to.text(workload.type()).text(workload.image().toString());
    to.flag(workload.entry().isPresent()).text(workload.entry().orElse(""));
    to.number4(workload.arguments().size());
    workload.arguments().forEach(to::text);
  }

  /** Reads what to run. */
  public static Workload workload(Fields from) throws ProtocolException {
    String type = from.text();
    String image = from.text();
    boolean named = from.flag();
    String entry = from.text();
    List<String> arguments = new ArrayList<>();
    int count = from.number4();
    for (int i = 0; i < count; i++) {
      arguments.add(from.text());
    }
    return valid(
        () ->
            new Workload(
                type,
                ContentId.parse(image),
                named ? Optional.of(entry) : Optional.empty(),
                arguments));
  }

  /** Writes what an execution may use. */
  public static void limits(FieldsWriter to, ExecutionLimits limits) {
    to.number8(limits.memoryBytes());
    duration(to, limits.wallTime());
    to.number8(limits.inputBytes()).number8(limits.outputBytes()).number8(limits.fuel());
  }

  /** Reads what an execution may use. */
  public static ExecutionLimits limits(Fields from) throws ProtocolException {
    long memory = from.number8();
    Duration wallTime = duration(from);
    long input = from.number8();
    long output = from.number8();
    long fuel = from.number8();
    return valid(() -> new ExecutionLimits(memory, wallTime, input, output, fuel));
  }

  private static void duration(FieldsWriter to, Duration duration) {
    to.number8(duration.getSeconds()).number4(duration.getNano());
  }

  private static Duration duration(Fields from) throws ProtocolException {
    long seconds = from.number8();
    int nanos = from.number4();
    return valid(() -> Duration.ofSeconds(seconds, nanos));
  }

  /** Writes what a workload may see of its host. */
  public static void profile(FieldsWriter to, HostProfile profile) {
    Instant clock = profile.clock().orElse(Instant.EPOCH);
    to.flag(profile.clock().isPresent()).number8(clock.getEpochSecond()).number4(clock.getNano());
    to.bytes(profile.randomSeed().map(Bytes32::toBytes).orElse(new byte[0]));
    map(to, profile.environment());
  }

  /** Reads what a workload may see of its host. */
  public static HostProfile profile(Fields from) throws ProtocolException {
    boolean hasClock = from.flag();
    long seconds = from.number8();
    int nanos = from.number4();
    byte[] seed = from.bytes();
    Map<String, String> environment = map(from);
    return valid(
        () ->
            new HostProfile(
                hasClock ? Optional.of(Instant.ofEpochSecond(seconds, nanos)) : Optional.empty(),
                seed.length == 0 ? Optional.empty() : Optional.of(Bytes32.of(seed)),
                environment));
  }

  /** Writes what was used, but for the messages, which the node counts itself. */
  public static void usage(FieldsWriter to, Usage usage, long memoryBytes) {
    to.number8(usage.fuel()).number8(usage.cpuNanos()).number8(memoryBytes);
    to.number8(usage.bytesIn()).number8(usage.bytesOut());
  }

  /** Writes an error. */
  public static void error(FieldsWriter to, EdgeBeatException error) {
    to.text(error.code().name()).text(error.advice().kind().name());
    to.number8(error.advice().delay().toMillis()).text(bounded(error.getMessage()));
  }

  /** Reads an error. */
  public static EdgeBeatException error(Fields from) throws ProtocolException {
    String code = from.text();
    String advice = from.text();
    long millis = from.count();
    String message = bounded(from.text());
    return valid(
        () ->
            new EdgeBeatException(
                ErrorCode.valueOf(code),
                new RetryAdvice(RetryAdvice.Kind.valueOf(advice), Duration.ofMillis(millis)),
                message,
                null));
  }

  /** Text that is not too long to be told. */
  public static String bounded(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "...";
  }

  /** Writes how a task ended, without the id of its output. */
  public static void outcome(FieldsWriter to, TaskOutcome outcome) {
    switch (outcome) {
      case TaskOutcome.Completed o -> to.number1(0);
      case TaskOutcome.Exited o -> to.number1(1).number4(o.code());
      case TaskOutcome.Trapped o -> to.number1(2).text(bounded(o.reason()));
      case TaskOutcome.OutOfFuel o -> to.number1(3);
      case TaskOutcome.OutOfMemory o -> to.number1(4).number8(o.limitBytes());
      case TaskOutcome.TimedOut o -> to.number1(5).number8(o.limitMillis());
      case TaskOutcome.Stopped o -> to.number1(6).text(bounded(o.reason()));
      case TaskOutcome.Failed o -> to.number1(7).text(o.code().name()).text(bounded(o.message()));
    }
  }

  /**
   * Reads how a task ended.
   *
   * @param output its output, whatever the other side thinks of it
   */
  public static TaskOutcome outcome(Fields from, ContentId output) throws ProtocolException {
    int kind = from.number1();
    return switch (kind) {
      case 0 -> new TaskOutcome.Completed(output);
      case 1 -> new TaskOutcome.Exited(from.number4(), output);
      case 2 -> new TaskOutcome.Trapped(bounded(from.text()));
      case 3 -> new TaskOutcome.OutOfFuel();
      case 4 -> new TaskOutcome.OutOfMemory(from.count());
      case 5 -> new TaskOutcome.TimedOut(from.count());
      case 6 -> new TaskOutcome.Stopped(bounded(from.text()));
      case 7 -> {
        String code = from.text();
        String message = bounded(from.text());
        yield valid(() -> new TaskOutcome.Failed(ErrorCode.valueOf(code), message));
      }
      default -> throw new ProtocolException("an outcome of the unknown kind " + kind);
    };
  }
}
