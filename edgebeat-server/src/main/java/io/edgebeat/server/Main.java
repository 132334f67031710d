package io.edgebeat.server;

/** Where the program begins. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends with its exit code.
   *
   * @param arguments what was typed
   */
  public static void main(String[] arguments) {
    System.exit(Commands.commandLine().execute(arguments));
  }
}
