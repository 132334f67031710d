package io.edgebeat.api.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a log or a stack trace shows of an exception. */
class EdgeBeatExceptionTest {
  @Test
  void itsTextNamesItsCode() {
    assertThat(new EdgeBeatException(ErrorCode.NOT_FOUND, "no such thing"))
        .hasToString("io.edgebeat.api.error.EdgeBeatException: NOT_FOUND: no such thing")
        .hasMessage("no such thing");
  }
}
