package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.BlockContentStore;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.testkit.ContentStoreContract;

/** A content store over blocks that drops nothing. */
class PlainContentContractTest implements ContentStoreContract {
  @Override
  public ContentStore createStore() {
    return new BlockContentStore(new MemoryBlockStore());
  }
}
