package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link ContentStore} promises. */
@Timeout(120)
public interface ContentStoreContract {
  /** The size of a block. */
  int CHUNK = 256 << 10;

  /** What {@code ipfs add --cid-version=1} says of as many zeros, in two and in four blocks. */
  List<String> IDS_OF_ZEROS =
      List.of(
          "bafybeig5axbv7uxiwv63kn6qvegw5vbz2tlgv4nhz4crv6g3f3rat7ttsi",
          "bafybeigobhtm6rjoskesvhrm76wbr242t64f4dh5xq6hd6stss6ot4aczi");

  /**
   * Makes a store.
   *
   * @return a store that holds none of the contents of these tests; the test closes it
   * @throws Exception when it cannot be made
   */
  ContentStore createStore() throws Exception;

  /**
   * Changes a byte of a block where the store keeps it, as a bad disk does.
   *
   * @param store a store of {@link #createStore}
   * @param block which
   * @return false when no test can do that to this store
   * @throws Exception when the block is not there
   */
  default boolean damage(ContentStore store, ContentId block) throws Exception {
    return false;
  }

  /**
   * Some bytes.
   *
   * @param seed the same bytes for the same seed
   * @param size how many
   * @return the bytes
   */
  private static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(ContentStore store, ContentId id) {
    try (ContentReader reader = store.open(id)) {
      return reader.readAll(Long.MAX_VALUE);
    }
  }

  /** What was put is there, whole, pinned and readable in both ways. */
  @Test
  default void whatWasPutIsRead() throws Exception {
    try (ContentStore store = createStore()) {
      for (int size : new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5}) {
        byte[] file = bytes(size, size);
        ContentId id = store.put(ContentSource.of(file), Progress.NONE);
        assertThat(store.has(id)).isTrue();
        ContentStat stat = store.stat(id);
        assertThat(stat.id()).isEqualTo(id);
        assertThat(stat.sizeBytes()).isEqualTo(size);
        assertThat(stat.blocks()).isPositive();
        assertThat(stat.pinned()).isTrue();
        assertThat(read(store, id)).isEqualTo(file);
        try (ContentReader reader = store.open(id)) {
          assertThat(reader.sizeBytes()).isEqualTo(size);
          InputStream stream = reader.stream();
          assertThat(stream.readAllBytes()).isEqualTo(file);
          assertThat(reader.stream()).as("the one stream").isSameAs(stream);
        }
      }
    }
  }

  /** Stores can be exchanged: the id depends on the bytes alone, and is that of IPFS. */
  @Test
  default void idsAreThoseOfIpfs() throws Exception {
    try (ContentStore store = createStore()) {
      byte[] block = bytes(1, CHUNK);
      assertThat(store.put(ContentSource.of(block), Progress.NONE))
          .isEqualTo(ContentId.ofRaw(block));
      List<String> ids = new ArrayList<>();
      for (int size : new int[] {2 * CHUNK, 3 * CHUNK + 5}) {
        ids.add(store.put(ContentSource.of(new byte[size]), Progress.NONE).toString());
      }
      assertThat(ids).isEqualTo(IDS_OF_ZEROS);
    }
  }

  /** A file is one file however often it is put. */
  @Test
  default void puttingAgainChangesNothing() throws Exception {
    try (ContentStore store = createStore()) {
      ContentSource source = ContentSource.of(bytes(2, CHUNK + 7));
      ContentId id = store.put(source, Progress.NONE);
      ContentStat stat = store.stat(id);
      assertThat(store.put(source, Progress.NONE)).isEqualTo(id);
      assertThat(store.stat(id)).isEqualTo(stat);
    }
  }

  /** What is not there is named. */
  @Test
  default void whatIsNotThereIsNamed() throws Exception {
    try (ContentStore store = createStore()) {
      ContentId unknown = ContentId.ofRaw(bytes(3, 100));
      assertThat(store.has(unknown)).isFalse();
      Check.refused(ErrorCode.CONTENT_NOT_FOUND, unknown.toString(), () -> store.open(unknown));
      Check.refused(ErrorCode.CONTENT_NOT_FOUND, unknown.toString(), () -> store.pin(unknown));
      Check.refused(ErrorCode.CONTENT_NOT_FOUND, unknown.toString(), () -> store.stat(unknown));
      store.unpin(unknown);
      assertThat(store.has(unknown)).isFalse();
    }
  }

  /** Pins are a yes or a no: they do not count. */
  @Test
  default void pinAndUnpinAreIdempotent() throws Exception {
    try (ContentStore store = createStore()) {
      ContentId id = store.put(ContentSource.of(bytes(4, 10)), Progress.NONE);
      store.pin(id);
      store.unpin(id);
      assertThat(store.stat(id).pinned()).isFalse();
      store.unpin(id);
      store.pin(id);
      store.pin(id);
      assertThat(store.stat(id).pinned()).isTrue();
      assertThat(read(store, id)).isEqualTo(bytes(4, 10));
    }
  }

  /** A limit is kept, and size and limit are named. */
  @Test
  default void readingKeepsToItsLimit() throws Exception {
    try (ContentStore store = createStore()) {
      byte[] file = bytes(5, CHUNK + 3);
      ContentId id = store.put(ContentSource.of(file), Progress.NONE);
      try (ContentReader reader = store.open(id)) {
        String limit = Integer.toString(CHUNK + 2);
        assertThat(
                Check.refused(ErrorCode.CONTENT_TOO_LARGE, limit, () -> reader.readAll(CHUNK + 2)))
            .hasMessageContaining(Integer.toString(file.length));
      }
      try (ContentReader reader = store.open(id)) {
        assertThat(reader.readAll(file.length)).isEqualTo(file);
      }
    }
  }

  /** A source that fails, at once or in the middle, is told as that; the store goes on. */
  @Test
  default void aSourceThatFailsIsTold() throws Exception {
    try (ContentStore store = createStore()) {
      Check.refused(
          ErrorCode.STORAGE_FAILED,
          () ->
              store.put(
                  () -> {
                    throw new IOException("no such source");
                  },
                  Progress.NONE));
      byte[] begun = bytes(6, CHUNK);
      InputStream failing =
          new InputStream() {
            @Override
            public int read() throws IOException {
              throw new IOException("the cable was pulled");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
              return read();
            }
          };
      Check.refused(
          ErrorCode.STORAGE_FAILED,
          () ->
              store.put(
                  () -> new SequenceInputStream(new ByteArrayInputStream(begun), failing),
                  Progress.NONE));
      ContentId id = store.put(ContentSource.of(begun), Progress.NONE);
      assertThat(read(store, id)).isEqualTo(begun);
    }
  }

  /** Progress never goes back and ends with all bytes. */
  @Test
  default void progressEndsWithAllBytes() throws Exception {
    try (ContentStore store = createStore()) {
      List<Long> told = new ArrayList<>();
      byte[] file = bytes(7, 2 * CHUNK + 1);
      store.put(ContentSource.of(file), (done, total) -> told.add(done));
      assertThat(told).isSorted().endsWith((long) file.length);
    }
  }

  /** An interrupt ends a put or lets it finish; it is never swallowed. */
  @Test
  default void anInterruptIsNotSwallowed() throws Exception {
    try (ContentStore store = createStore()) {
      ContentSource source = ContentSource.of(bytes(8, 2 * CHUNK));
      Check.Running<Boolean> put =
          Check.begin(
              () -> {
                Thread.currentThread().interrupt();
                try {
                  store.put(source, Progress.NONE);
                } catch (EdgeBeatException e) {
                  assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED);
                }
                return Thread.currentThread().isInterrupted();
              });
      assertThat(put.get()).as("still interrupted").isTrue();
      ContentId id = store.put(source, Progress.NONE);
      assertThat(read(store, id)).isEqualTo(bytes(8, 2 * CHUNK));
    }
  }

  /** Calls may overlap, with the same content and with others. */
  @Test
  default void callsMayOverlap() throws Exception {
    try (ContentStore store = createStore()) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        byte[] file = bytes(100 + i / 2, CHUNK + i / 2);
        calls.add(
            () -> {
              boolean same = true;
              for (int n = 0; n < 5; n++) {
                ContentId id = store.put(ContentSource.of(file), Progress.NONE);
                same &= Arrays.equals(read(store, id), file);
                same &= store.has(id) && store.stat(id).pinned();
              }
              return same;
            });
      }
      assertThat(Check.atOnce(calls)).containsOnly(true);
    }
  }

  /** A damaged block is refused, block and file are named, and none of its bytes come out. */
  @Test
  default void aDamagedBlockIsRefused() throws Exception {
    try (ContentStore store = createStore()) {
      byte[] sound = bytes(11, CHUNK);
      ContentId other = store.put(ContentSource.of(sound), Progress.NONE);
      byte[] file = bytes(12, 3 * CHUNK + 5);
      ContentId id = store.put(ContentSource.of(file), Progress.NONE);
      ContentId block = ContentId.ofRaw(Arrays.copyOfRange(file, CHUNK, 2 * CHUNK));
      if (damage(store, block)) {
        assertThat(
                Check.refused(ErrorCode.CONTENT_MISMATCH, block.toString(), () -> read(store, id)))
            .hasMessageContaining(id.toString());
        try (ContentReader reader = store.open(id)) {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          Check.refused(
              ErrorCode.CONTENT_MISMATCH, block.toString(), () -> reader.stream().transferTo(out));
          assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(file, CHUNK));
        }
        assertThat(read(store, other)).isEqualTo(sound);
        assertThat(store.put(ContentSource.of(file), Progress.NONE)).isEqualTo(id);
        assertThat(read(store, id)).as("mended by putting it again").isEqualTo(file);
      }
    }
  }

  /** A closed reader is closed, and closing it again changes nothing. */
  @Test
  default void aClosedReaderIsClosed() throws Exception {
    try (ContentStore store = createStore()) {
      ContentId id = store.put(ContentSource.of(bytes(9, 10)), Progress.NONE);
      ContentReader reader = store.open(id);
      InputStream stream = reader.stream();
      reader.close();
      reader.close();
      Check.refused(ErrorCode.CLOSED, () -> reader.readAll(10));
      Check.refused(ErrorCode.CLOSED, reader::stream);
      Check.refused(ErrorCode.CLOSED, reader::sizeBytes);
      Check.refused(ErrorCode.CLOSED, stream::read);
      assertThat(read(store, id)).hasSize(10);
    }
  }

  /** A closed store is closed for every call, and closing it again changes nothing. */
  @Test
  default void aClosedStoreIsClosed() throws Exception {
    ContentStore store = createStore();
    ContentId id;
    try (store) {
      id = store.put(ContentSource.of(bytes(10, 10)), Progress.NONE);
    }
    store.close();
    Check.refused(ErrorCode.CLOSED, () -> store.put(ContentSource.of(new byte[1]), Progress.NONE));
    Check.refused(ErrorCode.CLOSED, () -> store.open(id));
    Check.refused(ErrorCode.CLOSED, () -> store.has(id));
    Check.refused(ErrorCode.CLOSED, () -> store.pin(id));
    Check.refused(ErrorCode.CLOSED, () -> store.unpin(id));
    Check.refused(ErrorCode.CLOSED, () -> store.stat(id));
  }
}
