package io.edgebeat.core.embedded.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage on the disk and a store that lies: the block is named and none of its bytes come out. */
class DamagedBlockTest {
  private static final FileLayout SMALL = new FileLayout(64, 3);

  @Test
  void everyDamageToEveryBlockOnTheDiskIsRefused(@TempDir Path directory) throws IOException {
    long seed = TestContent.seed();
    Random random = new Random(seed);
    byte[] bytes = TestContent.random(random, 64 * 13 + 17);
    List<UnaryOperator<byte[]>> damages =
        List.of(
            block -> LyingBlockStore.flipped(block, random.nextInt(block.length * 8)),
            block -> LyingBlockStore.flipped(block, 0),
            block -> LyingBlockStore.flipped(block, block.length * 8 - 1),
            block -> Arrays.copyOf(block, block.length - 1),
            block -> Arrays.copyOf(block, block.length + 1),
            block -> new byte[0],
            block -> TestContent.random(random, block.length));
    try (EmbeddedContentStore store = onDisk(directory)) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      List<Path> blockFiles = blockFiles(directory);
      assertThat(blockFiles).as("three levels of nodes").hasSize(14 + 5 + 2 + 1);
      for (Path blockFile : blockFiles) {
        byte[] good = Files.readAllBytes(blockFile);
        for (UnaryOperator<byte[]> damage : damages) {
          Files.write(blockFile, damage.apply(good));
          assertRefused(store, file, bytes, blockFile.getFileName().toString(), seed);
        }
        Files.write(blockFile, good);
      }
      try (ContentReader reader = store.open(file)) {
        assertThat(reader.readAll(bytes.length)).isEqualTo(bytes);
      }
    }
  }

  /** Whoever mends it needs the block's own file, and which file suffers from where on. */
  @Test
  void aDamagedBlockIsNamedWithItsPlaceAndTheFileThatNeedsIt(@TempDir Path directory)
      throws IOException {
    byte[] bytes = TestContent.random(new Random(4), 64 * 13 + 17);
    try (EmbeddedContentStore store = onDisk(directory)) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      for (int leaf : new int[] {0, 5, 13}) {
        byte[] of = Arrays.copyOfRange(bytes, 64 * leaf, Math.min(bytes.length, 64 * (leaf + 1)));
        String block = ContentId.ofRaw(of).toString();
        Path place =
            blockFiles(directory).stream().filter(p -> p.endsWith(block)).findFirst().orElseThrow();
        Files.write(place, LyingBlockStore.flipped(of, 9));
        String beginning =
            "block " + block + " is refused: its " + of.length + " bytes in " + place;
        String end = "; file " + file + " cannot be read from byte " + 64 * leaf + " on";
        refused(store, file, ErrorCode.CONTENT_MISMATCH, beginning, end);
        Files.delete(place);
        refused(store, file, ErrorCode.CONTENT_NOT_FOUND, "block " + block + " is not in", end);
        Files.write(place, of);
      }
    }
  }

  private static void refused(
      EmbeddedContentStore store, ContentId file, ErrorCode code, String beginning, String end) {
    EdgeBeatException refused =
        catchThrowableOfType(
            EdgeBeatException.class, () -> read(store, file, new ByteArrayOutputStream()));
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused).hasMessageStartingWith(beginning).hasMessageEndingWith(end);
  }

  @Test
  void swappedBlocksAreRefused(@TempDir Path directory) throws IOException {
    byte[] bytes = TestContent.random(new Random(1), 64 * 13);
    try (EmbeddedContentStore store = onDisk(directory)) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      List<Path> blockFiles = blockFiles(directory);
      for (int i = 0; i + 1 < blockFiles.size(); i += 2) {
        byte[] one = Files.readAllBytes(blockFiles.get(i));
        byte[] other = Files.readAllBytes(blockFiles.get(i + 1));
        Files.write(blockFiles.get(i), other);
        assertRefused(store, file, bytes, blockFiles.get(i).getFileName().toString(), 1);
        Files.write(blockFiles.get(i), one);
      }
    }
  }

  @Test
  void hugeFileInPlaceOfABlockIsRefusedWithoutReadingIt(@TempDir Path directory)
      throws IOException {
    byte[] bytes = {1, 2, 3};
    try (EmbeddedContentStore store = onDisk(directory)) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      try (RandomAccessFile sparse =
          new RandomAccessFile(blockFiles(directory).get(0).toFile(), "rw")) {
        sparse.setLength(1L << 33);
      }
      assertThatThrownBy(() -> store.open(file))
          .isInstanceOf(EdgeBeatException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(Long.toString(1L << 33));
      assertThat(store.put(ContentSource.of(bytes), Progress.NONE)).isEqualTo(file);
      try (ContentReader reader = store.open(file)) {
        assertThat(reader.readAll(3)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void puttingTheFileAgainHealsIt(@TempDir Path directory) throws IOException {
    byte[] bytes = TestContent.random(new Random(2), 64 * 13);
    try (EmbeddedContentStore store = onDisk(directory)) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      List<Path> blockFiles = blockFiles(directory);
      Files.write(
          blockFiles.get(0), LyingBlockStore.flipped(Files.readAllBytes(blockFiles.get(0)), 3));
      Files.delete(blockFiles.get(1));
      assertThat(store.put(ContentSource.of(bytes), Progress.NONE)).isEqualTo(file);
      try (ContentReader reader = store.open(file)) {
        assertThat(reader.readAll(bytes.length)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void damagedNodeOfAPinnedFileStopsTheCollectionBeforeAnythingIsDropped(@TempDir Path directory)
      throws IOException {
    byte[] bytes = TestContent.random(new Random(3), 64 * 13);
    try (EmbeddedContentStore store = onDisk(directory)) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      List<Path> before = blockFiles(directory);
      Path root =
          before.stream().filter(p -> p.endsWith(file.toString())).findFirst().orElseThrow();
      byte[] good = Files.readAllBytes(root);
      Files.write(root, LyingBlockStore.flipped(good, 100));
      assertThatThrownBy(store::collect)
          .isInstanceOf(EdgeBeatException.class)
          .hasMessageContaining(file.toString());
      assertThat(blockFiles(directory)).isEqualTo(before);
      store.unpin(file);
      assertThat(store.collect()).isPositive();
      assertThat(blockFiles(directory)).isEmpty();
    }
  }

  @Test
  void storeThatReturnsWrongBytesIsFound() {
    long seed = TestContent.seed();
    Random random = new Random(seed);
    byte[] bytes = TestContent.random(random, 64 * 29 + 5);
    LyingBlockStore liar = new LyingBlockStore();
    try (EmbeddedContentStore store = new EmbeddedContentStore(liar, SMALL, Long.MAX_VALUE)) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      long blocks = store.stat(file).blocks();
      assertThat(blocks).isGreaterThan(40);
      for (int honest = 0; honest < blocks; honest++) {
        liar.honestReads = honest;
        liar.lied = null;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EdgeBeatException refused =
            catchThrowableOfType(EdgeBeatException.class, () -> read(store, file, out));
        assertThat(refused.code()).as("seed %d", seed).isEqualTo(ErrorCode.CONTENT_MISMATCH);
        assertThat(refused).hasMessageContaining(String.valueOf(liar.lied));
        assertPrefix(out.toByteArray(), bytes, seed);
      }
    }
  }

  private static void assertRefused(
      EmbeddedContentStore store, ContentId file, byte[] bytes, String block, long seed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EdgeBeatException refused =
        catchThrowableOfType(EdgeBeatException.class, () -> read(store, file, out));
    assertThat(refused).as("seed %d", seed).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
    assertThat(refused).hasMessageContaining(block);
    assertPrefix(out.toByteArray(), bytes, seed);
    EdgeBeatException whole =
        catchThrowableOfType(
            EdgeBeatException.class,
            () -> {
              try (ContentReader reader = store.open(file)) {
                reader.readAll(bytes.length);
              }
            });
    assertThat(whole).hasMessage(refused.getMessage());
  }

  private static void assertPrefix(byte[] out, byte[] bytes, long seed) {
    assertThat(out.length).as("seed %d", seed).isLessThan(bytes.length);
    assertThat(out).as("seed %d", seed).isEqualTo(Arrays.copyOf(bytes, out.length));
  }

  private static void read(EmbeddedContentStore store, ContentId file, ByteArrayOutputStream out)
      throws IOException {
    try (ContentReader reader = store.open(file)) {
      reader.stream().transferTo(out);
    }
  }

  private static EmbeddedContentStore onDisk(Path directory) {
    return new EmbeddedContentStore(DiskBlockStore.open(directory), SMALL, Long.MAX_VALUE);
  }

  private static List<Path> blockFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("blocks"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
