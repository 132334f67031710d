import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Lets PIT change the packages that decide about money, and counts what the tests have noticed.
 *
 * <p>A change that no test comes to, or that makes one run for ever, counts as one that nobody has
 * noticed. Fails below {@value #LEAST} changes and below {@value #PERCENT} percent.
 *
 * <p>Arguments: the class path of the tests, the module's target directory, its sources, the most
 * changes that a class gets (0 for all).
 */
final class Mutation {
  private static final int LEAST = 200;
  private static final int PERCENT = 90;
  private static final String ROOM = "io.edgebeat.core.";
  private static final List<String> ROOMS = List.of("pay", "journal", "settle", "agreement");

  /** Tests of other rooms that decide about these ones, and do not wait for anything. */
  private static final List<String> NEIGHBOURS =
      List.of("io.edgebeat.BackupTest", "io.edgebeat.core.node.GoldenJournalTest");

  /**
   * What a test that hangs is given; none of these takes a tenth of it where nothing is changed.
   */
  private static final String PATIENCE = "60s";

  private enum Status {
    KILLED,
    SURVIVED,
    NO_COVERAGE,
    TIMED_OUT,
    OTHER;

    static Status of(String name) {
      for (Status status : values()) {
        if (status.name().equals(name)) {
          return status;
        }
      }
      return OTHER;
    }
  }

  private Mutation() {}

  public static void main(String[] args) throws Exception {
    Path target = Path.of(args[1]);
    Path reports = target.resolve("mutation");
    run(args[0], target.resolve("classes"), Path.of(args[2]), Integer.parseInt(args[3]), reports);
    count(reports.resolve("mutations.xml"));
  }

  private static void run(String classPath, Path classes, Path sources, int each, Path reports)
      throws IOException, InterruptedException {
    String rooms = String.join(",", ROOMS.stream().map(room -> ROOM + room + ".*").toList());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(classPath);
    command.add("org.pitest.mutationtest.commandline.MutationCoverageReport");
    command.add("--targetClasses=" + rooms);
    command.add("--targetTests=" + rooms + "," + String.join(",", NEIGHBOURS));
    command.add("--mutableCodePaths=" + classes);
    command.add("--sourceDirs=" + sources);
    command.add("--reportDir=" + reports);
    command.add("--outputFormats=XML");
    command.add("--timestampedReports=false");
    // A test gives up by itself before PIT loses its patience.
    command.add("--timeoutConst=120000");
    command.add("--threads=" + Runtime.getRuntime().availableProcessors());
    command.add(
        "--jvmArgs=--enable-native-access=ALL-UNNAMED,-Dedgebeat.mutation=true"
            + ",-Djunit.jupiter.execution.timeout.default="
            + PATIENCE);
    if (each > 0) {
      command.add("--features=+CLASSLIMIT(limit[" + each + "])");
    }
    Files.createDirectories(reports);
    Path log = reports.resolve("pit.log");
    Process pit =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(pit::destroy));
    if (pit.waitFor() != 0) {
      System.err.println("PIT has ended with " + pit.exitValue() + "; it says in " + log + ":");
      List<String> lines = Files.readAllLines(log);
      lines.subList(Math.max(0, lines.size() - 30), lines.size()).forEach(System.err::println);
      System.exit(1);
    }
  }

  private static void count(Path file) throws Exception {
    NodeList all =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getElementsByTagName("mutation");
    Map<Status, Integer> count = new EnumMap<>(Status.class);
    for (Status status : Status.values()) {
      count.put(status, 0);
    }
    for (int i = 0; i < all.getLength(); i++) {
      Element mutation = (Element) all.item(i);
      Status status = Status.of(mutation.getAttribute("status"));
      count.merge(status, 1, Integer::sum);
      if (status != Status.KILLED) {
        System.out.println(
            status
                + " "
                + text(mutation, "mutatedClass").substring(ROOM.length())
                + "."
                + text(mutation, "mutatedMethod")
                + ":"
                + text(mutation, "lineNumber")
                + " "
                + text(mutation, "description"));
      }
    }
    int killed = count.get(Status.KILLED);
    int percent = 100 * killed / Math.max(1, all.getLength());
    System.out.println(
        "EDGEBEAT PROVE mutation mutants="
            + all.getLength()
            + " killed="
            + killed
            + " survived="
            + count.get(Status.SURVIVED)
            + " no_coverage="
            + count.get(Status.NO_COVERAGE)
            + " timed_out="
            + count.get(Status.TIMED_OUT)
            + " other="
            + count.get(Status.OTHER)
            + " percent="
            + percent);
    if (all.getLength() < LEAST || percent < PERCENT) {
      System.err.println(
          "Wanted at least " + LEAST + " mutants, and " + PERCENT + " percent of them killed.");
      System.exit(1);
    }
  }

  private static String text(Element mutation, String name) {
    return mutation.getElementsByTagName(name).item(0).getTextContent();
  }
}
