package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.testkit.ContentStoreContract;

class MemoryContentContractTest implements ContentStoreContract {
  @Override
  public ContentStore createStore() {
    return EmbeddedContent.inMemory();
  }
}
