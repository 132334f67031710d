package io.edgebeat.api.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a content store says of blocks that cannot be had, and how few it asks for. */
class BlockContentStoreTest {
  private static final int CHUNK = 256 << 10;
  private static final byte[] FILE = TestContent.random(new Random(1), 2 * CHUNK + 5);

  private final TestBlocks blocks = new TestBlocks();
  private final List<String> calls = new ArrayList<>();
  private Callable<?> before = () -> "nothing";

  /** The blocks, with something that happens before each call. */
  private final BlockContentStore store =
      new BlockContentStore(
          (BlockStore)
              Proxy.newProxyInstance(
                  BlockStore.class.getClassLoader(),
                  new Class<?>[] {BlockStore.class},
                  (proxy, method, arguments) -> {
                    if (!List.of("place", "toString").contains(method.getName())) {
                      calls.add(method.getName());
                      before.call();
                    }
                    return method.invoke(blocks, arguments);
                  }));

  @AfterEach
  void close() {
    before = () -> "nothing";
    Thread.interrupted();
    store.close();
  }

  private ContentId put(byte[] bytes) {
    return store.put(ContentSource.of(bytes), Progress.NONE);
  }

  private static EdgeBeatException refused(ThrowingCallable call) {
    EdgeBeatException refused = catchThrowableOfType(EdgeBeatException.class, call);
    assertThat(refused).isNotNull();
    return refused;
  }

  private void failing(Exception failure) {
    before =
        () -> {
          throw failure;
        };
  }

  private String at(ContentId block) {
    return block + " in " + blocks.place(block);
  }

  @Test
  void whatABlockStoreThrowsIsToldWithBlockAndPlace() {
    byte[] bytes = {1, 2, 3};
    ContentId id = put(bytes);
    Map<String, ThrowingCallable> each =
        Map.of(
            "reading", () -> store.open(id),
            "looking for", () -> store.has(id),
            "writing", () -> put(bytes),
            "unpinning", () -> store.unpin(id));
    // A timeout is no interrupt, whatever its class extends.
    List<Exception> failures =
        List.of(
            new IOException("reset by peer"),
            new SocketTimeoutException("slow"),
            new InterruptedIOException("timeout"),
            new TimeoutException("never"),
            new IllegalStateException("of a client that checks nothing"));
    for (Exception failure : failures) {
      failing(failure);
      each.forEach(
          (doing, call) -> {
            EdgeBeatException refused = refused(call);
            assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
            assertThat(refused.advice()).isEqualTo(RetryAdvice.AFTER_STATE_CHANGE);
            assertThat(refused)
                .hasMessage("failed while " + doing + " block " + at(id) + ": " + failure)
                .hasCause(failure);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
          });
    }
  }

  @Test
  void aPinThatFailsIsToldAsThat() {
    ContentId id = put(new byte[] {1});
    before =
        () -> {
          if (calls.getLast().equals("pin") || calls.getLast().equals("isPinned")) {
            throw new IOException("no pins today");
          }
          return calls;
        };
    assertThat(refused(() -> store.pin(id))).hasMessageContaining("pinning block " + at(id));
    assertThat(refused(() -> put(new byte[] {1})))
        .hasMessageContaining("pinning block " + at(id))
        .hasMessageContaining("no pins today");
    assertThat(refused(() -> store.stat(id)))
        .hasMessageContaining("looking for the pin of block " + at(id));
  }

  @Test
  void anErrorInOurWordsIsPassedOn() {
    EdgeBeatException own =
        new EdgeBeatException(ErrorCode.TIMED_OUT, RetryAdvice.SAME_CALL, "in its own words", null);
    failing(own);
    assertThat(refused(() -> put(FILE))).isSameAs(own);
  }

  @Test
  void anInterruptEndsACallAndStays() {
    ContentId id = put(new byte[] {1});
    InterruptedException interrupt = new InterruptedException();
    for (Exception told : List.of(interrupt, new IllegalStateException(interrupt))) {
      failing(told);
      assertThat(refused(() -> store.open(id)).code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(Thread.interrupted()).as("%s", told).isTrue();
    }
    before =
        () -> {
          Thread.currentThread().interrupt();
          throw new IOException("the connection was given up");
        };
    EdgeBeatException refused = refused(() -> put(new byte[] {1}));
    assertThat(refused.code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(refused.advice()).isEqualTo(RetryAdvice.SAME_CALL);
    assertThat(refused).hasMessageContaining("writing block " + at(id));
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A client that does not listen to interrupts is asked for no further block. */
  @Test
  void anInterruptedReaderAsksForNoFurtherBlockAndGoesOnLater() throws IOException {
    ContentId id = put(FILE);
    try (ContentReader reader = store.open(id)) {
      byte[] first = reader.stream().readNBytes(CHUNK);
      calls.clear();
      Thread.currentThread().interrupt();
      assertThat(refused(() -> reader.stream().read()).code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(refused(() -> store.has(id)).code()).isEqualTo(ErrorCode.INTERRUPTED);
      assertThat(calls).isEmpty();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(first).isEqualTo(Arrays.copyOf(FILE, CHUNK));
      assertThat(reader.stream().readAllBytes())
          .isEqualTo(Arrays.copyOfRange(FILE, CHUNK, FILE.length));
    }
  }

  @Test
  void whatGoesWrongBecauseTheStoreIsBeingClosedIsNoFailure() {
    ContentId id = put(new byte[] {1});
    ContentReader reader = store.open(id);
    before =
        () -> {
          before = () -> "nothing";
          store.close();
          throw new IOException("pool shut down");
        };
    assertThat(refused(() -> store.open(id)).code()).isEqualTo(ErrorCode.CLOSED);
    calls.clear();
    assertThat(refused(() -> store.has(id)).code()).isEqualTo(ErrorCode.CLOSED);
    assertThat(refused(() -> put(FILE)).code()).isEqualTo(ErrorCode.CLOSED);
    reader.close();
    store.close();
    assertThat(calls).as("asked after close").isEmpty();
  }

  @Test
  void aBlockThatAClosingStoreDoesNotFindIsNotMissing() {
    ContentId id = put(new byte[] {1});
    before =
        () -> {
          before = () -> "nothing";
          store.close();
          return blocks.all.remove(id);
        };
    assertThat(refused(() -> store.open(id)).code()).isEqualTo(ErrorCode.CLOSED);
  }

  @Test
  void closingThatFailsIsToldOnce() {
    failing(new IOException("stuck"));
    EdgeBeatException refused = refused(store::close);
    assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(refused).hasMessageContaining("closing").hasMessageContaining("stuck");
    store.close();
  }

  @Test
  void nothingIsDroppedWithoutAPin() {
    ContentId id = put(FILE);
    store.unpin(id);
    assertThat(store.stat(id).pinned()).isFalse();
    put(new byte[] {1});
    assertThat(store.has(id)).isTrue();
    assertThat(blocks.all).hasSize(3 + 1 + 1);
  }

  @Test
  void aStreamAsksForOneLeafAtATimeAndAWalkForNone() throws IOException {
    ContentId id = put(FILE);
    calls.clear();
    try (ContentReader reader = store.open(id)) {
      assertThat(calls).containsExactly("get");
      assertThat(reader.stream().read()).isEqualTo(FILE[0] & 0xff);
      assertThat(calls).containsExactly("get", "get");
    }
    calls.clear();
    assertThat(store.has(id)).isTrue();
    assertThat(calls).containsExactly("get", "has", "has", "has");
  }
}
