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
 * ended.
 *
 * <p>Maven's exec plugin answers every exit code but 0 with a stack trace. So it starts this
 * program, which always ends with 0, and the build reads the exit code from a file.
 *
 * <p>Arguments: the file for the exit code (absent after success), a properties file whose {@code
 * edgebeat.*} entries become system properties, the class path, the main class.
 */
final class Launch {
  private Launch() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path status = Path.of(args[0]);
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(args[1]), StandardCharsets.ISO_8859_1)) {
      properties.load(in);
    }

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
    command.add(args[2]);
    command.add(args[3]);

    Process program = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(program::destroy));
    int exitCode = program.waitFor();
    if (exitCode != 0) {
      Files.writeString(status, exitCode + System.lineSeparator());
    }
  }
}
