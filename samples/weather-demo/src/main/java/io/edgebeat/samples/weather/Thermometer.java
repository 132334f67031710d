package io.edgebeat.samples.weather;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilityInfo;
import io.edgebeat.api.identity.Blob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A simulated thermometer: one reading an hour of a mild day, a message each.
 *
 * @param noonCelsius the temperature at noon
 */
record Thermometer(double noonCelsius) {
  private static final int READINGS = WeatherFigures.READINGS;

  /** What it shows in the hours of its day. */
  List<String> readings() {
    List<String> readings = new ArrayList<>();
    for (int hour = 0; hour < READINGS; hour++) {
      double celsius = noonCelsius - 5 + 5 * Math.cos((hour - 12) * Math.PI / 12);
      readings.add(String.format(Locale.ROOT, "%.1f", celsius));
    }
    return readings;
  }

  /** The same for sale. */
  Capability capability() {
    return Capability.readings(
        new CapabilityInfo(
            "thermometer",
            "sensor/temperature",
            "Simulated air temperature, one reading an hour",
            1),
        () -> readings().stream().map(Thermometer::message).iterator());
  }

  private static Blob message(String reading) {
    return Blob.of((reading + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
