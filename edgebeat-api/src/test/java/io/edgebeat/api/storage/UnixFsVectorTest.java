package io.edgebeat.api.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids against two independent implementations; where they come from is in the vector file. */
class UnixFsVectorTest {

  record Vector(FileLayout layout, String content, long size, String id) {}

  static List<Vector> vectors() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    UnixFsVectorTest.class.getResourceAsStream("unixfs-vectors.txt")),
                UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" "))
          .map(
              column ->
                  new Vector(
                      new FileLayout(Integer.parseInt(column[0]), Integer.parseInt(column[1])),
                      column[2],
                      Long.parseLong(column[3]),
                      column[4]))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void idIsThatOfTheReferenceAndTheBytesComeBack(Vector vector) throws IOException {
    try (BlockContentStore store =
        new BlockContentStore(new Blocks(new TestBlocks()), vector.layout)) {
      ContentId id = store.put(TestContent.source(vector.content, vector.size), Progress.NONE);
      assertThat(id).hasToString(vector.id);
      try (ContentReader reader = store.open(id);
          InputStream expected = TestContent.open(vector.content, vector.size)) {
        assertThat(reader.sizeBytes()).isEqualTo(vector.size);
        assertThat(TestContent.same(reader.stream(), expected)).isTrue();
      }
    }
  }

  @Test
  void theVectorsCoverWhatTheyShould() throws IOException {
    assertThat(vectors()).hasSizeGreaterThan(100);
    assertThat(vectors().stream().filter(v -> v.layout.equals(FileLayout.STANDARD)))
        .extracting(Vector::size)
        .contains(0L, 1L, 262143L, 262144L, 262145L, 524288L)
        .contains(174 * 262144L, 174 * 262144L + 1, 175 * 262144L + 7);
  }
}
