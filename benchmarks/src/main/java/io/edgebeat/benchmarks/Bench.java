package io.edgebeat.benchmarks;

/** Where {@code mvn -q -Pbench -Dbench=NAME} begins. */
public final class Bench {
  private Bench() {}

  /** Runs the benchmark named by the first argument or the property {@code edgebeat.bench}. */
  public static void main(String[] args) {
    System.exit(
        new Runner("benchmark", "bench", Programs.BENCHES, System.out, System::getProperty)
            .run(args));
  }
}
