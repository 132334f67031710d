package io.edgebeat.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests that the testkit's README shows are tests of this module, word for word. */
class TestkitReadmeTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- of: (\\w+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);

  private static List<String> lines(String java) {
    return java.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  @Test
  void whatIsShownIsRun() throws Exception {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("edgebeat-testkit"))) {
      root = root.getParent();
    }
    String readme = Files.readString(root.resolve("edgebeat-testkit/README.md"));
    Matcher example = EXAMPLE.matcher(readme);
    int examples = 0;
    while (example.find()) {
      Path file = Path.of("src/test/java/io/edgebeat/samples/weather", example.group(1) + ".java");
      assertThat(lines(Files.readString(file)))
          .as("lines of %s", file)
          .containsSubsequence(lines(example.group(2)));
      examples++;
    }
    assertThat(examples).isEqualTo(2);
  }
}
