package io.edgebeat.spi;

import io.edgebeat.api.storage.ContentStore;

/** SPI: makes a content store. */
public interface ContentStoreProvider extends BackendProvider<ContentStore> {}
