package io.edgebeat.samples;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** What README.md shows is run as it stands there. */
class ReadmeExampleTest {
  @Test
  void quickstartRuns() {
    assertThatCode(ReadmeExample::quickstart).doesNotThrowAnyException();
  }

  @Test
  void ownNodeRuns() {
    assertThatCode(ReadmeExample::ownNode).doesNotThrowAnyException();
  }

  @Test
  void proofRuns() {
    assertThatCode(ReadmeExample::proof).doesNotThrowAnyException();
  }
}
