import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the examples of a Markdown file into a Java source that the build compiles and runs.
 *
 * <p>An example is the first {@code java} code block after a line {@code <!-- example: NAME -->}.
 * It holds complete statements; imports may stand at its top. The template is a Java source with a
 * line {@code // imports} and, for each example, a line {@code // example: NAME}, which the
 * statements replace.
 *
 * <p>Arguments: the Markdown file, the template, the file to write, and a file for the reason when
 * the two do not fit each other.
 */
final class ExtractExamples {
  private static final Pattern NAME = Pattern.compile("<!-- example: ([a-z][A-Za-z0-9]*) -->");
  private static final Pattern MARK = Pattern.compile("( *)// example: ([a-z][A-Za-z0-9]*)");

  private ExtractExamples() {}

  public static void main(String[] args) throws IOException {
    Path markdown = Path.of(args[0]);
    Path template = Path.of(args[1]);
    Path output = Path.of(args[2]);
    Path failure = Path.of(args[3]);
    Files.deleteIfExists(failure);
    try {
      String source = fill(template, examples(markdown), markdown);
      // Left alone when nothing changed: then the compiler has nothing to do either.
      if (!Files.exists(output) || !Files.readString(output).equals(source)) {
        Files.createDirectories(output.getParent());
        Files.writeString(output, source);
      }
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
      Files.createDirectories(failure.getParent());
      Files.writeString(failure, e.getMessage());
    }
  }

  private static Map<String, List<String>> examples(Path markdown) throws IOException {
    Map<String, List<String>> examples = new LinkedHashMap<>();
    String name = null;
    List<String> block = null;
    for (String line : Files.readAllLines(markdown)) {
      Matcher comment = NAME.matcher(line.strip());
      if (block != null) {
        if (line.startsWith("```")) {
          if (examples.put(name, block) != null) {
            throw new IllegalStateException(markdown + " has two examples named " + name + ".");
          }
          name = null;
          block = null;
        } else {
          block.add(line);
        }
      } else if (comment.matches()) {
        refuseDangling(markdown, name);
        name = comment.group(1);
      } else if (name != null && line.strip().equals("```java")) {
        block = new ArrayList<>();
      }
    }
    refuseDangling(markdown, name);
    return examples;
  }

  private static void refuseDangling(Path markdown, String name) {
    if (name != null) {
      throw new IllegalStateException(
          markdown + " names the example " + name + " but has no complete java block after it.");
    }
  }

  private static String fill(Path template, Map<String, List<String>> examples, Path markdown)
      throws IOException {
    TreeSet<String> imports = new TreeSet<>();
    examples
        .values()
        .forEach(block -> block.stream().filter(ExtractExamples::isImport).forEach(imports::add));
    TreeSet<String> unused = new TreeSet<>(examples.keySet());
    StringBuilder source = new StringBuilder();
    for (String line : Files.readAllLines(template)) {
      Matcher mark = MARK.matcher(line);
      if (line.equals("// imports")) {
        imports.forEach(one -> source.append(one).append('\n'));
      } else if (mark.matches()) {
        List<String> block = examples.get(mark.group(2));
        if (block == null) {
          throw new IllegalStateException(
              markdown
                  + " lacks the example "
                  + mark.group(2)
                  + " that "
                  + template
                  + " asks for.");
        }
        unused.remove(mark.group(2));
        for (String statement : block) {
          if (!isImport(statement)) {
            source.append(statement.isBlank() ? "" : mark.group(1) + statement).append('\n');
          }
        }
      } else {
        source.append(line).append('\n');
      }
    }
    if (!unused.isEmpty()) {
      throw new IllegalStateException(
          template + " has no line '// example: NAME' for " + String.join(", ", unused) + ".");
    }
    return source.toString();
  }

  private static boolean isImport(String line) {
    return line.startsWith("import ");
  }
}
