package io.edgebeat.api.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The text form of content ids: one for each id, and nothing else is read. */
class ContentIdTest {
  private static final String HELLO_WORLD =
      "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

  @Test
  void printsWhatIpfsPrints() {
    ContentId id = ContentId.ofRaw("hello world".getBytes(StandardCharsets.US_ASCII));
    assertThat(id).hasToString(HELLO_WORLD).isEqualTo(ContentId.parse(HELLO_WORLD));
    assertThat(id.hash())
        .hasToString("0xb94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
    assertThat(id.toBytes()).hasSize(36).startsWith(0x01, 0x55, 0x12, 0x20);
  }

  @Test
  void readsWhatItPrints() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      byte[] hash = new byte[32];
      random.nextBytes(hash);
      for (ContentId.Codec codec : ContentId.Codec.values()) {
        ContentId id = new ContentId(codec, Bytes32.of(hash));
        assertThat(ContentId.parse(id.toString())).isEqualTo(id);
      }
    }
  }

  /** Whatever single character is changed: either it is refused or it is the text of another id. */
  @Test
  void noTwoTextsAreOneId() {
    ContentId id = ContentId.parse(HELLO_WORLD);
    String others = "abcdefghijklmnopqrstuvwxyz2345670189AB=-_ \u212a\u0131";
    for (int i = 0; i < HELLO_WORLD.length(); i++) {
      for (int c = 0; c < others.length(); c++) {
        String text = HELLO_WORLD.substring(0, i) + others.charAt(c) + HELLO_WORLD.substring(i + 1);
        if (!text.equals(HELLO_WORLD)) {
          try {
            assertThat(ContentId.parse(text)).isNotEqualTo(id).hasToString(text);
          } catch (EdgeBeatException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
          }
        }
      }
    }
  }

  @Test
  void refusesOtherForms() {
    String[] texts = {
      "",
      "b",
      HELLO_WORLD.substring(1),
      HELLO_WORLD + "a",
      HELLO_WORLD.toUpperCase(Locale.ROOT),
      "z" + HELLO_WORLD.substring(1),
      "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u",
      // sha2-256 but codec dag-cbor
      "bafyreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"
    };
    for (String text : texts) {
      assertThatThrownBy(() -> ContentId.parse(text))
          .as(text)
          .isInstanceOf(EdgeBeatException.class)
          .hasMessageContaining(text);
    }
    assertThatThrownBy(() -> ContentId.parse("b".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }
}
