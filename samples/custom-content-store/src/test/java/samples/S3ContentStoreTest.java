package samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.BlockContentStore;
import io.edgebeat.api.storage.BlockStore;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.testkit.ContentStoreContract;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every content store promises, on a real server. */
class S3ContentStoreTest implements ContentStoreContract {
  private final Server server;

  S3ContentStoreTest() throws Exception {
    server = new Server();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Override
  public ContentStore createStore() {
    return store(Map.of());
  }

  private ContentStore store(Map<String, String> different) {
    Map<String, String> config = new HashMap<>(server.config());
    config.putAll(different);
    return new BlockContentStore(new S3BlockStore(BackendConfig.of(config)));
  }

  @Override
  public boolean damage(ContentStore store, ContentId block) throws Exception {
    byte[] bytes = server.object("blocks/" + block);
    bytes[bytes.length / 2] ^= 1;
    server.replace("blocks/" + block, bytes);
    return true;
  }

  @Test
  void whatABucketHoldsInPlaceOfABlockIsRefused() throws Exception {
    byte[] file = new byte[3 * CHUNK];
    new Random(1).nextBytes(file);
    try (ContentStore store = createStore()) {
      ContentId id = store.put(ContentSource.of(file), Progress.NONE);
      ContentId block = ContentId.ofRaw(Arrays.copyOfRange(file, CHUNK, 2 * CHUNK));
      String name = "blocks/" + block;
      byte[] good = server.object(name);
      for (byte[] bad :
          new byte[][] {
            new byte[0],
            Arrays.copyOf(good, CHUNK - 1),
            Arrays.copyOf(good, CHUNK + 1),
            new byte[CHUNK],
            Arrays.copyOf(good, BlockStore.MAX_BLOCK_BYTES + 1)
          }) {
        server.replace(name, bad);
        try (ContentReader reader = store.open(id)) {
          EdgeBeatException refused =
              catchThrowableOfType(EdgeBeatException.class, () -> reader.readAll(file.length));
          assertThat(refused.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
          assertThat(refused)
              .hasMessageContaining("block " + block + " is refused")
              .hasMessageContaining("bucket edgebeat, object " + name)
              .hasMessageContaining("file " + id + " cannot be read from byte " + CHUNK);
        }
      }
    }
  }

  /** Whoever signs with another key is told so, and not that nothing is there. */
  @Test
  void aServerThatRefusesIsNoEmptyBucket() {
    ContentId id = ContentId.ofRaw(new byte[0]);
    for (Map<String, String> wrong :
        List.of(Map.of("secretKey", "guessed"), Map.of("bucket", "another"))) {
      try (ContentStore store = store(wrong)) {
        EdgeBeatException refused =
            catchThrowableOfType(EdgeBeatException.class, () -> store.open(id));
        assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(refused).hasMessageContaining("failed while reading block " + id);
      }
    }
  }
}
