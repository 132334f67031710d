package io.edgebeat.api.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a content store over blocks must do, and how it makes room. */
class BoundedContentStoreTest {
  private static final FileLayout SMALL = new FileLayout(64, 3);
  private static final byte[] FILE = TestContent.random(new Random(1), 64 * 13 + 17);
  private static final byte[] OTHER = TestContent.random(new Random(2), 64 * 5);

  private interface Check {
    void run(BoundedContentStore store) throws Exception;
  }

  private static void onStore(Check check) throws Exception {
    onStoreWithLimit(Long.MAX_VALUE, check);
  }

  private static void onStoreWithLimit(long maxBytes, Check check) throws Exception {
    try (BoundedContentStore store = new BoundedContentStore(new TestBlocks(), maxBytes, SMALL)) {
      check.run(store);
    }
  }

  @Test
  void putFileIsThereWholeAndPinned() throws Exception {
    onStore(
        store -> {
          ContentId id = store.put(ContentSource.of(FILE), Progress.NONE);
          assertThat(store.has(id)).isTrue();
          assertThat(store.stat(id))
              .isEqualTo(new ContentStat(id, FILE.length, 14 + 5 + 2 + 1, true));
          assertThat(store.collect()).isZero();
          assertThat(read(store, id)).isEqualTo(FILE);
        });
  }

  @Test
  void emptyFileAndFileOfOneChunkAreRawBlocks() throws Exception {
    onStore(
        store -> {
          for (byte[] bytes : List.of(new byte[0], new byte[] {1}, new byte[64])) {
            ContentId id = store.put(ContentSource.of(bytes), Progress.NONE);
            assertThat(id).isEqualTo(ContentId.ofRaw(bytes));
            assertThat(read(store, id)).isEqualTo(bytes);
            assertThat(store.stat(id)).isEqualTo(new ContentStat(id, bytes.length, 1, true));
          }
        });
  }

  @Test
  void sameBytesAreKeptOnce() throws Exception {
    onStore(
        store -> {
          ContentId id = store.put(ContentSource.of(FILE), Progress.NONE);
          long used = store.usedBytes();
          assertThat(store.put(ContentSource.of(FILE), Progress.NONE)).isEqualTo(id);
          assertThat(store.usedBytes()).isEqualTo(used).isGreaterThan(FILE.length);
          ContentId zeros = store.put(ContentSource.of(new byte[64 * 9]), Progress.NONE);
          assertThat(store.stat(zeros).blocks()).isEqualTo(1 + 1 + 1);
          assertThat(read(store, zeros)).isEqualTo(new byte[64 * 9]);
        });
  }

  @Test
  void collectionDropsWhatIsNotPinnedAndNothingElse() throws Exception {
    onStore(
        store -> {
          ContentId file = store.put(ContentSource.of(FILE), Progress.NONE);
          byte[] shares = FILE.clone();
          shares[0] ^= 1;
          long before = store.usedBytes();
          ContentId second = store.put(ContentSource.of(shares), Progress.NONE);
          long added = store.usedBytes() - before;
          store.unpin(second);
          assertThat(store.has(second)).as("unpinned is not dropped yet").isTrue();
          assertThat(store.stat(second).pinned()).isFalse();
          assertThat(store.collect()).isEqualTo(added);
          assertThat(store.usedBytes()).isEqualTo(before);
          assertThat(store.has(second)).isFalse();
          assertCode(() -> store.open(second), ErrorCode.CONTENT_NOT_FOUND);
          assertThat(read(store, file)).isEqualTo(FILE);
          store.unpin(file);
          assertThat(store.collect()).isEqualTo(before);
          assertThat(store.usedBytes()).isZero();
          assertThat(store.has(file)).isFalse();
        });
  }

  @Test
  void pinKeepsAPartOfAFileThatIsAFileItself() throws Exception {
    onStore(
        store -> {
          ContentId file = store.put(ContentSource.of(FILE), Progress.NONE);
          byte[] firstNode = Arrays.copyOf(FILE, 64 * 9);
          ContentId part = store.put(ContentSource.of(firstNode), Progress.NONE);
          store.unpin(part);
          store.pin(part);
          store.unpin(file);
          store.collect();
          assertThat(store.has(file)).isFalse();
          assertThat(read(store, part)).isEqualTo(firstNode);
        });
  }

  @Test
  void whatIsNotThereCannotBePinnedAndMayBeUnpinned() throws Exception {
    onStore(
        store -> {
          ContentId unknown = ContentId.ofRaw(new byte[] {42});
          assertThat(store.has(unknown)).isFalse();
          assertCode(() -> store.pin(unknown), ErrorCode.CONTENT_NOT_FOUND);
          assertCode(() -> store.stat(unknown), ErrorCode.CONTENT_NOT_FOUND);
          assertCode(() -> store.open(unknown), ErrorCode.CONTENT_NOT_FOUND);
          store.unpin(unknown);
        });
  }

  @Test
  void openFileSurvivesACollection() throws Exception {
    onStore(
        store -> {
          ContentId id = store.put(ContentSource.of(FILE), Progress.NONE);
          ContentReader first = store.open(id);
          ContentReader second = store.open(id);
          store.unpin(id);
          assertThat(store.collect()).isZero();
          first.close();
          first.close();
          assertThat(store.collect()).isZero();
          assertThat(second.readAll(FILE.length)).isEqualTo(FILE);
          second.close();
          assertThat(store.collect()).isPositive();
          assertThat(store.has(id)).isFalse();
        });
  }

  @Test
  void collectionInTheMiddleOfAPutLeavesItsBlocks() throws Exception {
    onStore(
        store -> {
          ContentId garbage = store.put(ContentSource.of(OTHER), Progress.NONE);
          ContentId again = store.put(ContentSource.of(FILE), Progress.NONE);
          store.unpin(garbage);
          store.unpin(again); // so that the put finds blocks that are garbage until then
          long[] collected = new long[1];
          ContentId id =
              store.put(ContentSource.of(FILE), (done, total) -> collected[0] += store.collect());
          assertThat(id).isEqualTo(again);
          assertThat(collected[0]).isPositive();
          assertThat(store.has(garbage)).isFalse();
          assertThat(read(store, id)).isEqualTo(FILE);
          assertThat(store.stat(id).pinned()).isTrue();
        });
  }

  @Test
  void failedPutLeavesNothingBehindACollection() throws Exception {
    onStore(
        store -> {
          IOException broken = new IOException("unplugged");
          assertThatThrownBy(() -> store.put(() -> breaking(FILE, 500, broken), Progress.NONE))
              .isInstanceOfSatisfying(
                  EdgeBeatException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
              .hasMessageContaining("unplugged")
              .hasCause(broken);
          assertThatThrownBy(
                  () ->
                      store.put(
                          () -> {
                            throw broken;
                          },
                          Progress.NONE))
              .hasCause(broken);
          assertThat(store.usedBytes()).isPositive();
          assertThat(store.collect()).isPositive();
          assertThat(store.usedBytes()).isZero();
          assertThat(read(store, store.put(ContentSource.of(FILE), Progress.NONE))).isEqualTo(FILE);
        });
  }

  @Test
  void sourceIsClosedAndMayComeInDrips() throws Exception {
    onStore(
        store -> {
          boolean[] closed = new boolean[1];
          InputStream drips =
              new ByteArrayInputStream(FILE) {
                @Override
                public int read(byte[] target, int offset, int length) {
                  return super.read(target, offset, Math.min(length, 7));
                }

                @Override
                public void close() {
                  closed[0] = true;
                }
              };
          ContentId id = store.put(() -> drips, Progress.NONE);
          assertThat(closed).containsExactly(true);
          assertThat(id).isEqualTo(store.put(ContentSource.of(FILE), Progress.NONE));
        });
  }

  @Test
  void progressGrowsAndEndsWithTheTotal() throws Exception {
    onStore(
        store -> {
          List<String> told = new ArrayList<>();
          store.put(ContentSource.of(new byte[150]), (done, total) -> told.add(done + "/" + total));
          assertThat(told).containsExactly("64/-1", "128/-1", "150/-1", "150/150");
          told.clear();
          store.put(ContentSource.of(new byte[0]), (done, total) -> told.add(done + "/" + total));
          assertThat(told).containsExactly("0/0");
        });
  }

  @Test
  void readAllRefusesBySizeBeforeItReads() throws Exception {
    onStore(
        store -> {
          ContentId id = store.put(ContentSource.of(FILE), Progress.NONE);
          try (ContentReader reader = store.open(id)) {
            assertThat(reader.sizeBytes()).isEqualTo(FILE.length);
            assertCode(() -> reader.readAll(FILE.length - 1L), ErrorCode.CONTENT_TOO_LARGE);
            assertThatThrownBy(() -> reader.readAll(10))
                .hasMessageContaining("849 bytes")
                .hasMessageContaining("limit is 10");
            assertThat(reader.stream().read()).isEqualTo(FILE[0] & 0xff);
            assertThat(reader.readAll(FILE.length)).as("from the beginning").isEqualTo(FILE);
            assertThat(reader.stream()).isSameAs(reader.stream());
            assertThat(reader.stream().available()).isEqualTo(63);
            assertThat(reader.stream().skip(100)).isEqualTo(100);
            assertThat(reader.stream().read()).isEqualTo(FILE[101] & 0xff);
            assertThat(reader.stream().readAllBytes()).hasSize(FILE.length - 102);
            assertThat(reader.stream().read()).isEqualTo(-1);
            assertThat(reader.stream().read(new byte[0])).isZero();
          }
        });
  }

  @Test
  void limitMakesRoomAndThenRefusesWithNumbers() throws Exception {
    onStoreWithLimit(
        1500,
        store -> {
          ContentId other = store.put(ContentSource.of(OTHER), Progress.NONE);
          long used = store.usedBytes();
          assertThatThrownBy(() -> store.put(ContentSource.of(FILE), Progress.NONE))
              .isInstanceOfSatisfying(
                  EdgeBeatException.class,
                  e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
                    assertThat(e.advice()).isEqualTo(RetryAdvice.AFTER_STATE_CHANGE);
                  })
              .hasMessageContaining("at most 1500 bytes");
          assertThat(store.usedBytes()).isLessThanOrEqualTo(1500);
          store.unpin(other);
          ContentId file = store.put(ContentSource.of(new byte[64 * 10]), Progress.NONE);
          assertThat(store.has(file)).isTrue();
          assertThat(store.has(other)).as("dropped to make room").isFalse();
          assertThat(used).isGreaterThan(OTHER.length);
          assertThatThrownBy(
                  () ->
                      store.put(
                          ContentSource.of(TestContent.random(new Random(3), 1600)), Progress.NONE))
              .isInstanceOfSatisfying(
                  EdgeBeatException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
          assertThat(read(store, file)).isEqualTo(new byte[64 * 10]);
        });
  }

  @Test
  void fileLargerThanTheLimitIsTooLarge() throws Exception {
    onStoreWithLimit(
        1500,
        store -> {
          byte[] large = TestContent.random(new Random(3), 5000);
          assertThatThrownBy(() -> store.put(ContentSource.of(large), Progress.NONE))
              .isInstanceOfSatisfying(
                  EdgeBeatException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTENT_TOO_LARGE))
              .hasMessageContaining("limit is 1500");
          byte[] fits = TestContent.random(new Random(3), 400);
          assertThat(read(store, store.put(ContentSource.of(fits), Progress.NONE))).isEqualTo(fits);
        });
  }

  @Test
  void everythingIsClosedAfterClose() throws Exception {
    onStore(
        store -> {
          ContentId id = store.put(ContentSource.of(FILE), Progress.NONE);
          ContentReader reader = store.open(id);
          InputStream stream = reader.stream();
          assertThat(stream.readNBytes(64)).hasSize(64);
          ContentReader closedReader = store.open(id);
          InputStream closedStream = closedReader.stream();
          closedReader.close();
          for (ThrowingCallable call :
              List.<ThrowingCallable>of(
                  closedReader::sizeBytes,
                  closedReader::stream,
                  () -> closedReader.readAll(1000),
                  closedStream::read,
                  closedStream::available,
                  () -> closedStream.read(new byte[1]))) {
            assertCode(call, ErrorCode.CLOSED);
          }
          store.close();
          store.close();
          for (ThrowingCallable call :
              List.<ThrowingCallable>of(
                  () -> store.put(ContentSource.of(FILE), Progress.NONE),
                  () -> store.open(id),
                  () -> store.has(id),
                  () -> store.pin(id),
                  () -> store.unpin(id),
                  () -> store.stat(id),
                  store::collect,
                  store::usedBytes,
                  () -> reader.readAll(1000),
                  stream::read)) {
            assertCode(call, ErrorCode.CLOSED);
          }
          reader.close();
        });
  }

  @Test
  void storeThatIsClosedDuringAPutEndsIt() throws Exception {
    onStore(
        store ->
            assertCode(
                () -> store.put(ContentSource.of(FILE), (done, total) -> store.close()),
                ErrorCode.CLOSED));
  }

  @Test
  void interruptedPutEnds() throws Exception {
    onStore(
        store -> {
          try {
            assertCode(
                () ->
                    store.put(
                        ContentSource.of(FILE),
                        (done, total) -> Thread.currentThread().interrupt()),
                ErrorCode.INTERRUPTED);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
          } finally {
            Thread.interrupted();
          }
          assertThat(read(store, store.put(ContentSource.of(FILE), Progress.NONE))).isEqualTo(FILE);
        });
  }

  @Test
  void failingProgressFailsThePut() throws Exception {
    onStore(
        store -> {
          IllegalStateException mine = new IllegalStateException("mine");
          assertThatThrownBy(
                  () ->
                      store.put(
                          ContentSource.of(FILE),
                          (done, total) -> {
                            throw mine;
                          }))
              .isSameAs(mine);
          assertThat(store.collect()).isEqualTo(64);
        });
  }

  @Test
  void theLayoutIsThatOfIpfsAndNoOtherIsPossibleThatCannotBeRead() throws Exception {
    byte[] bytes = new byte[(256 << 10) + 1];
    try (BoundedContentStore store = new BoundedContentStore(new TestBlocks(), Long.MAX_VALUE)) {
      assertThat(store.stat(store.put(ContentSource.of(bytes), Progress.NONE)).blocks())
          .isEqualTo(3);
    }
    assertCode(() -> new BoundedContentStore(new TestBlocks(), 0), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> new FileLayout(0, 2), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> new FileLayout((2 << 20) + 1, 2), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> new FileLayout(1, 1), ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void memoryOfAnImportIsOneRowOfLinksPerLevel() {
    FileBuilder builder = new FileBuilder(new FileLayout(1, 10), (id, block) -> {});
    byte[] chunk = new byte[1];
    int most = 0;
    for (int i = 0; i < 100_000; i++) {
      builder.chunk(chunk, 1);
      int[] pending = new int[1];
      builder.forEachPending(id -> pending[0]++);
      most = Math.max(most, pending[0]);
    }
    assertThat(most).isBetween(40, 50);
  }

  private static InputStream breaking(byte[] bytes, int after, IOException broken) {
    return new FilterInputStream(new ByteArrayInputStream(bytes, 0, after)) {
      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count < 0) {
          throw broken;
        }
        return count;
      }
    };
  }

  private static byte[] read(BoundedContentStore store, ContentId id) {
    try (ContentReader reader = store.open(id)) {
      return reader.readAll(1 << 20);
    }
  }

  private static void assertCode(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }
}
