package io.edgebeat.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The Java that the guide and the READMEs of modules show stands in sources that are compiled and
 * run.
 */
class GuideTest {
  private static final Pattern BLOCK =
      Pattern.compile("(?:<!-- of: (\\S+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);

  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

  private static Path root() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("edgebeat-testkit"))) {
      root = root.getParent();
    }
    return root;
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String module : List.of("edgebeat-testkit", "edgebeat-micrometer", "edgebeat-chain-evm")) {
      pages.add(root().resolve(module).resolve("README.md"));
    }
    try (Stream<Path> guide = Files.list(root().resolve("docs/guide"))) {
      guide.sorted().forEach(pages::add);
    }
    return pages;
  }

  private static List<String> lines(String java) {
    return java.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /** How many blocks a page has, each of them a part of the source that it names. */
  private static int blocks(Path root, Path page) throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(page));
    int blocks = 0;
    while (block.find()) {
      assertThat(block.group(1)).as("source of a block of %s", page).isNotNull();
      var source =
          assertThat(lines(Files.readString(root.resolve(block.group(1)))))
              .as("lines of %s, shown in %s", block.group(1), page);
      List<String> shown = lines(block.group(2));
      if (page.endsWith("README.md")) {
        // A README leaves lines out where they say nothing new.
        source.containsSubsequence(shown);
      } else {
        source.containsSequence(shown);
      }
      blocks++;
    }
    return blocks;
  }

  @Test
  void whatIsShownIsRun() throws IOException {
    int blocks = 0;
    for (Path page : pages()) {
      blocks += blocks(root(), page);
    }
    assertThat(blocks).isGreaterThanOrEqualTo(20);
  }

  @Test
  void whatALinkLeadsToIsThere() throws IOException {
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertThat(page.resolveSibling(link.group(1))).as("a link of %s", page).exists();
        links++;
      }
    }
    assertThat(links).isGreaterThanOrEqualTo(14);
  }

  @Test
  void aBlockThatNoSourceHasIsFound() throws IOException {
    Path page = Files.createTempFile("page", ".md");
    String source = root().relativize(Path.of("").toAbsolutePath()) + "/pom.xml";
    Files.writeString(page, "<!-- of: " + source + " -->\n```java\nint nowhere;\n```\n");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> blocks(root(), page))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("int nowhere;");
  }
}
