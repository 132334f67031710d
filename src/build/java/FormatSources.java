import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Formats every Java source of the tree, or says which ones are not formatted.
 *
 * <p>One JVM for the whole tree; a file that was found in order and has not changed since is not
 * read again.
 *
 * <p>Arguments: {@code check} or {@code write}, the root of the tree, the file that remembers which
 * sources are in order, a file to create when something is wrong, the formatter's version.
 */
final class FormatSources {
  private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git");

  private FormatSources() {}

  public static void main(String[] args) throws IOException {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]).toRealPath();
    Path memory = Path.of(args[2]);
    Path failure = Path.of(args[3]);
    String version = "google-java-format " + args[4];
    Files.deleteIfExists(failure);

    List<Path> sources = sources(root);
    List<String> remembered = remembered(memory);
    Set<String> inOrder =
        !remembered.isEmpty() && remembered.get(0).equals(version)
            ? new HashSet<>(remembered)
            : Set.of();
    ConcurrentLinkedQueue<Path> unformatted = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
    sources.parallelStream()
        .filter(source -> !inOrder.contains(state(source)))
        .forEach(
            source -> {
              try {
                String text = Files.readString(source);
                String formatted = new Formatter().formatSourceAndFixImports(text);
                if (!formatted.equals(text)) {
                  unformatted.add(source);
                  if (write) {
                    Files.writeString(source, formatted);
                  }
                }
              } catch (FormatterException | IOException e) {
                broken.add(root.relativize(source) + ": " + e.getMessage());
              }
            });

    for (String problem : new TreeSet<>(broken)) {
      System.out.println("Cannot be formatted: " + problem);
    }
    for (Path source : new TreeSet<>(unformatted)) {
      System.out.println((write ? "Formatted: " : "Not formatted: ") + root.relativize(source));
    }
    if (!broken.isEmpty() || (!write && !unformatted.isEmpty())) {
      if (!unformatted.isEmpty()) {
        System.out.println("Run: mvn -Pformat");
      }
      Files.createDirectories(failure.getParent());
      Files.createFile(failure);
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(version);
    sources.forEach(source -> lines.add(state(source)));
    Files.createDirectories(memory.getParent());
    Files.write(memory, lines);
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a) {
            return NOT_OURS.contains(String.valueOf(directory.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }

  private static List<String> remembered(Path memory) throws IOException {
    try {
      return Files.readAllLines(memory, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String state(Path source) {
    try {
      return source + " " + Files.size(source) + " " + Files.getLastModifiedTime(source).toMillis();
    } catch (IOException e) {
      return source + " unreadable";
    }
  }
}
