package io.edgebeat.core.embedded.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.BoundedContentStore;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a directory keeps when the process ends, in order or not. */
class DiskBlockStoreTest {
  private static final byte[] FILE = bytes(1, 3 * (256 << 10) + 5);

  @TempDir Path parent;

  private Path directory() {
    return parent.resolve("some").resolve("content");
  }

  @Test
  void reopenedStoreHasFilesPinsAndSize() {
    ContentId pinned;
    ContentId unpinned;
    long used;
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      pinned = store.put(ContentSource.of(FILE), Progress.NONE);
      unpinned = store.put(ContentSource.of(new byte[] {7}), Progress.NONE);
      store.unpin(unpinned);
      used = store.usedBytes();
    }
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      assertThat(store.usedBytes()).isEqualTo(used);
      assertThat(store.stat(pinned).pinned()).isTrue();
      assertThat(store.stat(unpinned).pinned()).isFalse();
      assertThat(store.collect()).isEqualTo(1);
      assertThat(store.has(unpinned)).isFalse();
      try (ContentReader reader = store.open(pinned)) {
        assertThat(reader.readAll(FILE.length)).isEqualTo(FILE);
      }
    }
  }

  @Test
  void blocksLieWhereTheLayoutSays() throws IOException {
    ContentId id;
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      id = store.put(ContentSource.of(new byte[] {7}), Progress.NONE);
      assertThat(files("tmp")).isZero();
    }
    String firstByte = id.hash().toString().substring(2, 4);
    assertThat(directory().resolve("blocks").resolve(firstByte).resolve(id.toString()))
        .hasBinaryContent(new byte[] {7});
    assertThat(directory().resolve("pins").resolve(id.toString())).isEmptyFile();
    assertThat(directory().resolve("content-store"))
        .hasContent("EdgeBeat content store, version 1\n");
  }

  @Test
  void unfinishedBlocksAreGoneAndStrangeFilesStay() throws IOException {
    ContentId id;
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      id = store.put(ContentSource.of(FILE), Progress.NONE);
    }
    Files.write(directory().resolve("tmp").resolve("3"), new byte[100]);
    Path strange = directory().resolve("blocks").resolve("00").resolve("b-not-an-id");
    Files.write(strange, new byte[100]);
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      assertThat(files("tmp")).isZero();
      assertThat(store.collect()).isZero();
      assertThat(strange).exists();
      assertThat(store.has(id)).isTrue();
    }
  }

  @Test
  void directoryBelongsToOneStore() {
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      assertRefused(ErrorCode.LOCKED, "content");
      assertThat(store.usedBytes()).isZero();
    }
    EmbeddedContent.onDisk(directory()).close();
  }

  @Test
  void anotherVersionIsRefusedAndAHalfCreatedStoreIsCompleted() throws IOException {
    Files.createDirectories(directory());
    Path marker = directory().resolve("content-store");
    Files.writeString(marker, "EdgeBeat content store, version 2\n");
    assertRefused(ErrorCode.UNKNOWN_VERSION, "content-store");
    Files.writeString(marker, "EdgeBeat content store, version 1\nand more");
    assertRefused(ErrorCode.UNKNOWN_VERSION, "content-store");
    Files.writeString(marker, "EdgeBeat cont");
    Files.createDirectories(directory().resolve("blocks").resolve("00"));
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      assertThat(store.has(store.put(ContentSource.of(FILE), Progress.NONE))).isTrue();
    }
    assertThat(marker).hasContent("EdgeBeat content store, version 1\n");
  }

  @Test
  void aStoreThatIsRefusedLeavesItsDirectoryToOthers() {
    assertThatThrownBy(() -> EmbeddedContent.onDisk(directory(), -1))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("-1 bytes");
    EmbeddedContent.onDisk(directory(), 1).close();
  }

  @Test
  void failureNamesTheFile() throws IOException {
    Files.createDirectories(parent.resolve("some"));
    Files.write(directory(), new byte[1]);
    assertRefused(ErrorCode.STORAGE_FAILED, directory().toString());
    Files.delete(directory());
    try (BoundedContentStore store = EmbeddedContent.onDisk(directory())) {
      ContentId id = ContentId.ofRaw(new byte[] {7});
      Path bucket = directory().resolve("blocks").resolve(id.hash().toString().substring(2, 4));
      Files.delete(bucket);
      assertThatThrownBy(() -> store.put(ContentSource.of(new byte[] {7}), Progress.NONE))
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
          .hasMessageContaining(bucket.resolve(id.toString()).toString());
      assertThat(files("tmp")).isZero();
    }
  }

  static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void assertRefused(ErrorCode code, String named) {
    assertThatThrownBy(() -> EmbeddedContent.onDisk(directory()))
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(named);
  }

  private long files(String name) throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve(name))) {
      return files.count();
    }
  }
}
