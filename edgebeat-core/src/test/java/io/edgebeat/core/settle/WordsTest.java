package io.edgebeat.core.settle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void halvesOfCharactersAreReplacedAndWhatIsWholeStays() {
    assertThat(Words.bounded("a\ud7ff\ud800b\udfff\ue000\ud83d\ude00"))
        .isEqualTo("a\ud7ff?b?\ue000\ud83d\ude00");
  }

  @Test
  void wordsHaveAnEnd() {
    assertThat(Words.bounded("x".repeat(1_000))).hasSize(1_000);
    assertThat(Words.bounded("x".repeat(1_001))).hasSize(1_000);
  }

  @Test
  void onlyWhatATerminalShowsIsShown() {
    assertThat(Words.plain(" ~\u001f\u007f\u001b[31m\ud83d\ude00")).isEqualTo(" ~???[31m?");
  }
}
