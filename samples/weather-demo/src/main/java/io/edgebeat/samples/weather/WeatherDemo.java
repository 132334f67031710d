package io.edgebeat.samples.weather;

/** Where {@code mvn -Pdemo} begins. */
public final class WeatherDemo {
  private WeatherDemo() {}

  /** Runs the demo; ends with exit code 1 after a message of its own when it fails. */
  public static void main(String[] args) {
    System.out.println("The weather demo is not written yet.");
    if (Boolean.getBoolean("edgebeat.demo.fault")) {
      System.exit(1);
    }
  }
}
