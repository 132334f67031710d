package io.edgebeat.exec.wasm;

import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.HostProfile;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs some programs and prints their results; run in several JVMs that differ in all they can. */
public final class SameResult {
  private static final String NUMBERS = "3.25 -17 1e-3 2.5 2.5 1000000 0.1 seven 12";

  private SameResult() {}

  /**
   * Prints the results.
   *
   * @param args a date for the clock of the node
   * @throws Exception when a program cannot be run
   */
  public static void main(String[] args) throws Exception {
    for (String line : results(Instant.parse(args[0]))) {
      System.out.println(line);
    }
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream stream = SameResult.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("no resource " + name);
      }
      return stream.readAllBytes();
    }
  }

  static HostProfile profile() {
    return new HostProfile(
        Optional.of(Instant.parse("2026-03-04T05:06:07.000000008Z")),
        Optional.of(ContentId.sha256(new byte[] {7})),
        Map.of("TZ", "Asia/Tokyo", "LANG", "de_DE", "A", "1", "HOME", "/", "Z", "ü"));
  }

  /** The outcome and the fuel. */
  private static String ended(Bench.Start start) throws InterruptedException {
    try (Execution execution = start.start()) {
      return execution.await() + " with fuel " + execution.usage().fuel();
    }
  }

  static List<String> results(Instant nodeTime) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Bench bench = new Bench(() -> nodeTime)) {
      Bench.Start report = bench.module(resource("report.wasm")).lease(Instant.MAX);
      lines.add(ended(report.input(NUMBERS).arguments("x", "y z")));
      lines.add(ended(report.profile(profile())));
      for (String[] call :
          new String[][] {
            {"xorshift", "1000003"},
            {"mandelbrot", "-0.7436438870371587", "0.13182590420531198", "2000"},
            {"mandelbrot", "nan", "0.1", "5"},
          }) {
        String[] arguments = java.util.Arrays.copyOfRange(call, 1, call.length);
        Bench.Start start =
            bench.module(resource("pixels.wasm")).lease(Instant.MAX).call(call[0], arguments);
        lines.add(ended(start));
        lines.add(start.run().output().map(bench::text).orElse("").strip());
      }
    }
    return lines;
  }
}
