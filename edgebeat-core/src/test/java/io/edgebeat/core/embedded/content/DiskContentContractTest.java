package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.testkit.ContentStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

class DiskContentContractTest implements ContentStoreContract {
  @TempDir Path directory;

  @Override
  public ContentStore createStore() {
    return EmbeddedContent.onDisk(directory.resolve("store"));
  }

  @Override
  public boolean damage(ContentStore store, ContentId block) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      Path file = files.filter(p -> p.endsWith(block.toString())).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    return true;
  }
}
