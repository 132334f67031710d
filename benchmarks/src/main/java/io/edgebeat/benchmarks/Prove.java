package io.edgebeat.benchmarks;

/** Where {@code mvn -q -Pprove -Dprove=NAME} begins. */
public final class Prove {
  private Prove() {}

  /** Runs the proof named by the first argument or the property {@code edgebeat.prove}. */
  public static void main(String[] args) {
    System.exit(
        new Runner("proof", "prove", Programs.PROOFS, System.out, System::getProperty).run(args));
  }
}
