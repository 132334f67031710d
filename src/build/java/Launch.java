import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Starts a program of this build in a JVM of its own, on the same terminal, and writes down how it
 * ended. Where its name is a property, several can be named with commas between: each has a JVM of
 * its own, one after the other, whatever became of those before.
 *
 * <p>Maven's exec plugin answers every exit code but 0 with a stack trace. So it starts this
 * program, which always ends with 0, and the build reads the exit code from a file.
 *
 * <p>Arguments: the file for the exit code (absent after success), a properties file whose {@code
 * edgebeat.*} entries become system properties, the class path, the main class, and perhaps the
 * property with the name.
 */
final class Launch {
  private Launch() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path status = Path.of(args[0]);
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(args[1]), StandardCharsets.ISO_8859_1)) {
      properties.load(in);
    }

    String named = args.length > 4 ? args[4] : "";
    int worst = 0;
    for (String name : properties.getProperty(named, "").split(",", -1)) {
      if (!named.isEmpty()) {
        properties.setProperty(named, name.strip());
      }
      int exitCode = run(properties, args[2], args[3]);
      worst = worst == 0 ? exitCode : worst;
    }
    if (worst != 0) {
      Files.writeString(status, worst + System.lineSeparator());
    }
  }

  private static int run(Properties properties, String classPath, String mainClass)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The native signature backend loads a library, which a JDK >= 24 reports unless it is allowed.
    command.add("--enable-native-access=ALL-UNNAMED");
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      String value = properties.getProperty(name);
      if (name.startsWith("edgebeat.") && !value.isEmpty()) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.add("-classpath");
    command.add(classPath);
    command.add(mainClass);

    Process program = new ProcessBuilder(command).inheritIO().start();
    Thread ender = new Thread(program::destroy);
    Runtime.getRuntime().addShutdownHook(ender);
    int exitCode = program.waitFor();
    Runtime.getRuntime().removeShutdownHook(ender);
    return exitCode;
  }
}
