package io.edgebeat.api.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Damaged blocks and a store that lies: the block is named and none of its bytes come out. */
class DamagedBlockTest {
  private static final FileLayout SMALL = new FileLayout(64, 3);

  private final TestBlocks blocks = new TestBlocks();
  private final BoundedContentStore store = new BoundedContentStore(blocks, Long.MAX_VALUE, SMALL);

  @AfterEach
  void close() {
    store.close();
  }

  private List<ContentId> ids() {
    return blocks.all.keySet().stream().sorted().toList();
  }

  /** Another block than the one that is kept. */
  private void damage(ContentId id, byte[] bytes) {
    blocks.all.put(id, bytes);
  }

  private byte[] good(ContentId id) {
    return Objects.requireNonNull(blocks.all.get(id));
  }

  @Test
  void everyDamageToEveryBlockIsRefused() throws IOException {
    long seed = TestContent.seed();
    Random random = new Random(seed);
    byte[] bytes = TestContent.random(random, 64 * 13 + 17);
    List<UnaryOperator<byte[]>> damages =
        List.of(
            block -> TestBlocks.flipped(block, random.nextInt(block.length * 8)),
            block -> TestBlocks.flipped(block, 0),
            block -> TestBlocks.flipped(block, block.length * 8 - 1),
            block -> Arrays.copyOf(block, block.length - 1),
            block -> Arrays.copyOf(block, block.length + 1),
            block -> new byte[0],
            block -> TestContent.random(random, block.length));
    ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
    assertThat(ids()).as("three levels of nodes").hasSize(14 + 5 + 2 + 1);
    for (ContentId id : ids()) {
      byte[] good = good(id);
      for (UnaryOperator<byte[]> damage : damages) {
        damage(id, damage.apply(good));
        assertRefused(store, file, bytes, id, seed);
      }
      damage(id, good);
    }
    try (ContentReader reader = store.open(file)) {
      assertThat(reader.readAll(bytes.length)).isEqualTo(bytes);
    }
  }

  /** Whoever mends it needs to know where the block is, and which file suffers from where on. */
  @Test
  void aDamagedBlockIsNamedWithItsPlaceAndTheFileThatNeedsIt() {
    byte[] bytes = TestContent.random(new Random(4), 64 * 13 + 17);
    ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
    for (int leaf : new int[] {0, 5, 13}) {
      byte[] of = Arrays.copyOfRange(bytes, 64 * leaf, Math.min(bytes.length, 64 * (leaf + 1)));
      ContentId block = ContentId.ofRaw(of);
      damage(block, TestBlocks.flipped(of, 9));
      String beginning =
          "block " + block + " is refused: its " + of.length + " bytes in " + blocks.place(block);
      String end = "; file " + file + " cannot be read from byte " + 64 * leaf + " on";
      refused(store, file, ErrorCode.CONTENT_MISMATCH, beginning, end);
      blocks.all.remove(block);
      refused(store, file, ErrorCode.CONTENT_NOT_FOUND, "block " + block + " is not in", end);
      damage(block, of);
    }
  }

  private static void refused(
      ContentStore store, ContentId file, ErrorCode code, String beginning, String end) {
    EdgeBeatException refused =
        catchThrowableOfType(
            EdgeBeatException.class, () -> read(store, file, new ByteArrayOutputStream()));
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused).hasMessageStartingWith(beginning).hasMessageEndingWith(end);
  }

  @Test
  void swappedBlocksAreRefused() {
    byte[] bytes = TestContent.random(new Random(1), 64 * 13);
    ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
    List<ContentId> ids = ids();
    for (int i = 0; i + 1 < ids.size(); i += 2) {
      byte[] one = good(ids.get(i));
      damage(ids.get(i), good(ids.get(i + 1)));
      assertRefused(store, file, bytes, ids.get(i), 1);
      damage(ids.get(i), one);
    }
  }

  /** Also one whose hash is right: no other store would take it. */
  @Test
  void aBlockOfMoreBytesThanAnyBlockHasIsRefused() {
    byte[] most = new byte[BlockStore.MAX_BLOCK_BYTES];
    ContentId largest = ContentId.ofRaw(most);
    blocks.put(largest, most);
    try (ContentReader reader = store.open(largest)) {
      assertThat(reader.readAll(most.length)).isEqualTo(most);
    }
    byte[] more = new byte[BlockStore.MAX_BLOCK_BYTES + 1];
    ContentId tooLarge = ContentId.ofRaw(more);
    blocks.put(tooLarge, more);
    EdgeBeatException refused =
        catchThrowableOfType(EdgeBeatException.class, () -> store.open(tooLarge));
    assertThat(refused.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
    assertThat(refused)
        .hasMessage(
            "block "
                + tooLarge
                + " is refused: no block has more than 2097152 bytes, as there are in "
                + blocks.place(tooLarge));
  }

  @Test
  void puttingTheFileAgainHealsIt() {
    byte[] bytes = TestContent.random(new Random(2), 64 * 13);
    ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
    damage(ids().get(0), TestBlocks.flipped(good(ids().get(0)), 3));
    blocks.all.remove(ids().get(1));
    assertThat(store.put(ContentSource.of(bytes), Progress.NONE)).isEqualTo(file);
    try (ContentReader reader = store.open(file)) {
      assertThat(reader.readAll(bytes.length)).isEqualTo(bytes);
    }
  }

  @Test
  void damagedNodeOfAPinnedFileStopsTheCollectionBeforeAnythingIsDropped() {
    byte[] bytes = TestContent.random(new Random(3), 64 * 13);
    ContentId file = store.put(ContentSource.of(bytes), Progress.NONE);
    List<ContentId> before = ids();
    damage(file, TestBlocks.flipped(good(file), 100));
    assertThatThrownBy(store::collect)
        .isInstanceOf(EdgeBeatException.class)
        .hasMessageContaining(file.toString());
    assertThat(ids()).isEqualTo(before);
    store.unpin(file);
    assertThat(store.collect()).isPositive();
    assertThat(ids()).isEmpty();
  }

  @Test
  void storeThatReturnsWrongBytesIsFound() {
    long seed = TestContent.seed();
    Random random = new Random(seed);
    byte[] bytes = TestContent.random(random, 64 * 29 + 5);
    TestBlocks liar = new TestBlocks();
    try (BoundedContentStore store = new BoundedContentStore(liar, Long.MAX_VALUE, SMALL)) {
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
      ContentStore store, ContentId file, byte[] bytes, ContentId block, long seed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EdgeBeatException refused =
        catchThrowableOfType(EdgeBeatException.class, () -> read(store, file, out));
    assertThat(refused).as("seed %d", seed).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
    assertThat(refused).hasMessageContaining(block.toString());
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

  private static void read(ContentStore store, ContentId file, ByteArrayOutputStream out)
      throws IOException {
    try (ContentReader reader = store.open(file)) {
      reader.stream().transferTo(out);
    }
  }
}
