package io.edgebeat.core.embedded.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.BoundedContentStore;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage on the disk, and many who use it at once. */
class DiskContentTest {
  private static final int CHUNK = 256 << 10;
  private static final byte[] FILE = DiskBlockStoreTest.bytes(1, 3 * CHUNK + 5);

  @TempDir Path directory;

  private BoundedContentStore open() {
    return EmbeddedContent.onDisk(directory);
  }

  private List<Path> blockFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("blocks"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Path place(ContentId block) throws IOException {
    return blockFiles().stream()
        .filter(file -> file.endsWith(block.toString()))
        .findFirst()
        .orElseThrow();
  }

  private static void read(BoundedContentStore store, ContentId id, ByteArrayOutputStream out)
      throws IOException {
    try (ContentReader reader = store.open(id)) {
      reader.stream().transferTo(out);
    }
  }

  @Test
  void everyDamageToEveryBlockOnTheDiskIsRefused() throws IOException {
    List<UnaryOperator<byte[]>> damages =
        List.of(
            block -> flipped(block, 0),
            block -> flipped(block, block.length - 1),
            block -> Arrays.copyOf(block, block.length - 1),
            block -> Arrays.copyOf(block, block.length + 1),
            block -> new byte[0]);
    try (BoundedContentStore store = open()) {
      ContentId file = store.put(ContentSource.of(FILE), Progress.NONE);
      assertThat(blockFiles()).hasSize(4 + 1);
      for (Path block : blockFiles()) {
        byte[] good = Files.readAllBytes(block);
        for (UnaryOperator<byte[]> damage : damages) {
          Files.write(block, damage.apply(good));
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          EdgeBeatException refused =
              catchThrowableOfType(EdgeBeatException.class, () -> read(store, file, out));
          assertThat(refused.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
          assertThat(refused).hasMessageContaining(block.getFileName().toString());
          assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(FILE, out.size()));
          assertThat(out.size()).isLessThan(FILE.length);
        }
        Files.write(block, good);
      }
    }
  }

  /** Whoever mends it needs the block's own file, and which file suffers from where on. */
  @Test
  void aDamagedBlockIsNamedWithItsPlaceAndTheFileThatNeedsIt() throws IOException {
    try (BoundedContentStore store = open()) {
      ContentId file = store.put(ContentSource.of(FILE), Progress.NONE);
      ContentId block = ContentId.ofRaw(Arrays.copyOfRange(FILE, 2 * CHUNK, 3 * CHUNK));
      Path place = place(block);
      Files.write(place, flipped(Files.readAllBytes(place), 9));
      EdgeBeatException refused =
          catchThrowableOfType(
              EdgeBeatException.class, () -> read(store, file, new ByteArrayOutputStream()));
      assertThat(refused)
          .hasMessageStartingWith(
              "block " + block + " is refused: its " + CHUNK + " bytes in " + place)
          .hasMessageEndingWith(
              "; file " + file + " cannot be read from byte " + 2 * CHUNK + " on");
    }
  }

  @Test
  void hugeFileInPlaceOfABlockIsRefusedWithoutReadingIt() throws IOException {
    byte[] bytes = {1, 2, 3};
    try (BoundedContentStore store = open()) {
      ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
      try (RandomAccessFile sparse = new RandomAccessFile(place(file).toFile(), "rw")) {
        sparse.setLength(1L << 33);
      }
      assertThat(catchThrowableOfType(EdgeBeatException.class, () -> store.open(file)))
          .hasMessageContaining(file.toString())
          .hasMessageContaining("more than 2097152 bytes");
      assertThat(store.put(ContentSource.of(bytes), Progress.NONE)).isEqualTo(file);
      try (ContentReader reader = store.open(file)) {
        assertThat(reader.readAll(3)).isEqualTo(bytes);
      }
    }
  }

  /** Threads put, read and drop files that share a block, while another collects. */
  @Test
  void overlappingCallsLeaveWhatIsPinned() throws Exception {
    Map<ContentId, byte[]> kept = new ConcurrentHashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (BoundedContentStore store = open()) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        int thread = t;
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 8; i++) {
                    byte[] bytes = Arrays.copyOf(FILE, CHUNK + 4 * thread + i / 2 + 1);
                    ContentId id = store.put(ContentSource.of(bytes), Progress.NONE);
                    try (ContentReader reader = store.open(id)) {
                      store.unpin(id);
                      assertThat(reader.readAll(bytes.length)).isEqualTo(bytes);
                      if (i % 2 == 0) {
                        store.pin(id);
                        kept.put(id, bytes);
                      } else {
                        kept.remove(id);
                      }
                    }
                  }
                }));
      }
      done.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 20; i++) {
                  store.collect();
                }
              }));
      for (Future<?> each : done) {
        each.get();
      }
      ContentId last = store.put(ContentSource.of(FILE), Progress.NONE);
      kept.put(last, FILE);
      store.collect();
      for (Map.Entry<ContentId, byte[]> file : kept.entrySet()) {
        try (ContentReader reader = store.open(file.getKey())) {
          assertThat(reader.readAll(FILE.length)).isEqualTo(file.getValue());
        }
        store.unpin(file.getKey());
      }
      assertThat(store.collect()).isGreaterThan(FILE.length);
      assertThat(store.usedBytes()).isZero();
      assertThat(blockFiles()).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] flipped(byte[] block, int index) {
    byte[] damaged = block.clone();
    damaged[index] ^= 1;
    return damaged;
  }
}
