package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.testkit.ContentStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DiskContentContractTest implements ContentStoreContract {
  @TempDir Path directory;

  @Override
  public ContentStore createStore() {
    return EmbeddedContentStore.onDisk(directory.resolve("store"));
  }
}
