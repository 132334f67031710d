package io.edgebeat.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalOptionsTest {
  private static final int GIBI = 1 << 30;
  private static final JournalOptions OPTIONS = JournalOptions.withNewId(new byte[16]);

  private static IntFunction<JournalOptions> setter(String name) {
    return switch (name) {
      case "maxRecordBytes" -> OPTIONS::withMaxRecordBytes;
      case "segmentBytes" -> OPTIONS::withSegmentBytes;
      case "batchBytes" -> value -> OPTIONS.withBatches(value, 1);
      case "maxQueuedBatches" -> value -> OPTIONS.withBatches(256, value);
      case "preallocateBytes" -> OPTIONS::withPreallocateBytes;
      case "snapshotsKept" -> OPTIONS::withSnapshotsKept;
      default -> throw new AssertionError(name);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "maxRecordBytes, 1, 268435456",
    "segmentBytes, 256, 1073741824",
    "batchBytes, 256, 1073741824",
    "maxQueuedBatches, 1, 1024",
    "preallocateBytes, 0, 1073741824",
    "snapshotsKept, 1, 100"
  })
  void valuesAreTakenBetweenTheirBoundsAndNamedBeyond(String name, int least, int most) {
    IntFunction<JournalOptions> set = setter(name);
    assertThat(set.apply(least)).isNotNull();
    assertThat(set.apply(most)).isNotNull();
    for (int wrong : new int[] {least - 1, most + 1}) {
      assertThatThrownBy(() -> set.apply(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(name + " must be between " + least + " and " + most + ", not " + wrong);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "15", "17"})
  void anIdHasSixteenBytes(int length) {
    assertThatThrownBy(() -> JournalOptions.withNewId(new byte[length]))
        .hasMessage("a journal id has 16 bytes, not " + length);
  }

  @ParameterizedTest
  @CsvSource({"1, 256", "300, 256", "268435456, 1073741824"})
  void aSegmentAndABatchHaveRoomForTheLargestRecord(int record, int asked) {
    JournalOptions options =
        OPTIONS.withSegmentBytes(asked).withBatches(asked, 1).withMaxRecordBytes(record);
    assertThat(options.batchBytes()).isBetween(record + Format.FRAME_HEADER, GIBI);
    assertThat(options.segmentBytes())
        .isBetween(record + Format.FRAME_HEADER + Format.FILE_HEADER, GIBI);
  }
}
