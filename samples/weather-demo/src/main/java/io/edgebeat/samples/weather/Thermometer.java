package io.edgebeat.samples.weather;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.capability.Grant;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A simulated thermometer: one reading an hour of a mild day, a message each. */
final class Thermometer implements Capability {
  private static final int READINGS = WeatherFigures.READINGS;

  private final double noonCelsius;
  private volatile boolean closed;

  /**
   * A thermometer at some place.
   *
   * @param noonCelsius the temperature at noon
   */
  Thermometer(double noonCelsius) {
    this.noonCelsius = noonCelsius;
  }

  /** What it shows in the hours of its day. */
  List<String> readings() {
    List<String> readings = new ArrayList<>();
    for (int hour = 0; hour < READINGS; hour++) {
      double celsius = noonCelsius - 5 + 5 * Math.cos((hour - 12) * Math.PI / 12);
      readings.add(String.format(Locale.ROOT, "%.1f", celsius));
    }
    return readings;
  }

  @Override
  public CapabilityInfo info() {
    return new CapabilityInfo(
        "thermometer", "sensor/temperature", "Simulated air temperature, one reading an hour", 1);
  }

  @Override
  public CapabilitySession open(Grant grant) {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the thermometer is closed");
    }
    Queue<String> left = new ConcurrentLinkedQueue<>(readings());
    return new CapabilitySession() {
      @Override
      public Optional<Blob> read() {
        return Optional.ofNullable(left.poll())
            .map(reading -> Blob.of((reading + "\n").getBytes(StandardCharsets.US_ASCII)));
      }

      @Override
      public void write(Blob message) {
        throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "a thermometer takes no messages");
      }

      @Override
      public void close() {
        left.clear();
      }
    };
  }

  @Override
  public void close() {
    closed = true;
  }
}
