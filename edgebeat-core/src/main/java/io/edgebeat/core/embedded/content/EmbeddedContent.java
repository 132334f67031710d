package io.edgebeat.core.embedded.content;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.BoundedContentStore;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;

/** The content stores that need nothing installed: in memory or in a directory. */
public final class EmbeddedContent {
  private EmbeddedContent() {}

  /**
   * A store on the heap without a limit.
   *
   * @return the store
   */
  public static BoundedContentStore inMemory() {
    return new BoundedContentStore(new MemoryBlockStore(), Long.MAX_VALUE);
  }

  /**
   * The store of a directory, without a limit.
   *
   * @param directory where it is; created when it is not there
   * @return the store
   * @throws EdgeBeatException as {@link #onDisk(Path, long)}
   */
  public static BoundedContentStore onDisk(Path directory) {
    return onDisk(directory, Long.MAX_VALUE);
  }

  /**
   * The store of a directory.
   *
   * @param directory where it is; created when it is not there
   * @param maxBytes the most bytes of all blocks together
   * @return the store
   * @throws EdgeBeatException {@code LOCKED} when another store has it open, {@code
   *     UNKNOWN_VERSION} when something else is there, {@code STORAGE_FAILED} naming the file
   */
  public static BoundedContentStore onDisk(Path directory, long maxBytes) {
    try {
      return over(DiskBlockStore.open(directory), maxBytes);
    } catch (IOException e) {
      boolean interrupted = e instanceof ClosedByInterruptException;
      throw new EdgeBeatException(
          interrupted ? ErrorCode.INTERRUPTED : ErrorCode.STORAGE_FAILED,
          interrupted ? RetryAdvice.SAME_CALL : RetryAdvice.AFTER_STATE_CHANGE,
          "failed while opening the content store " + directory + ": " + e,
          e);
    }
  }

  private static BoundedContentStore over(DiskBlockStore blocks, long maxBytes) throws IOException {
    boolean opened = false;
    try {
      BoundedContentStore store = new BoundedContentStore(blocks, maxBytes);
      opened = true;
      return store;
    } finally {
      if (!opened) {
        blocks.close();
      }
    }
  }
}
