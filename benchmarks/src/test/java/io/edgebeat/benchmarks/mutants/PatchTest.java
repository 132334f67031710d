package io.edgebeat.benchmarks.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchTest {
  private static final List<String> PATCH =
      List.of(
          "mistake: two is three",
          "oracle: exploration calls",
          "--- a/Sum.java",
          "+++ b/Sum.java",
          "@@ -1,3 +1,3 @@",
          " one",
          "-two",
          "+three",
          " four");

  @TempDir Path root;

  private Map<String, String> applied(String source) throws IOException {
    Files.writeString(root.resolve("Sum.java"), source);
    return Patch.parse("sum", PATCH).apply(root);
  }

  @Test
  void aHunkIsFoundByItsLinesWhereverTheyAre() throws IOException {
    assertThat(applied("zero\nzero\none\ntwo\nfour\nfive\n"))
        .isEqualTo(Map.of("Sum.java", "zero\nzero\none\nthree\nfour\nfive\n"));
  }

  @Test
  void aHunkWhoseLinesAreGoneIsRefused() {
    assertThatThrownBy(() -> applied("one\ntwo\nfive\n"))
        .hasMessageContaining("sum: Sum.java does not contain these lines any more:\none\ntwo\n");
  }

  @Test
  void aHunkThatFitsTwiceIsRefused() {
    assertThatThrownBy(() -> applied("one\ntwo\nfour\none\ntwo\nfour\n"))
        .hasMessageContaining("more than once");
  }

  @Test
  void aPatchWithoutAChangeIsRefused() {
    assertThatThrownBy(() -> Patch.parse("nothing", List.of("mistake: none")))
        .hasMessageContaining("nothing changes nothing");
  }

  /** Whether they are found is for the proof; here, that they can be planted. */
  @Test
  void everyMistakeFitsThePresentSources() throws IOException {
    List<Path> patches = Mutants.patches(Mutants.root());
    assertThat(patches).hasSizeGreaterThanOrEqualTo(25);
    for (Path file : patches) {
      Patch patch = Patch.read(file);
      assertThat(patch.apply(Mutants.root())).isNotEmpty();
      assertThat(patch.head("mistake")).isNotBlank();
      assertThat(Oracle.named(patch.head("oracle").split(" ", 2)[0])).isIn(Oracle.ALL);
    }
  }
}
