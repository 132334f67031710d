package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ListableBlockStore;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Blocks on the heap, gone with the process. */
final class MemoryBlockStore implements ListableBlockStore {
  private final Map<ContentId, byte[]> blocks = new ConcurrentHashMap<>();
  private final Set<ContentId> pins = ConcurrentHashMap.newKeySet();

  @Override
  public Optional<byte[]> get(ContentId id) {
    return Optional.ofNullable(blocks.get(id));
  }

  @Override
  public boolean has(ContentId id) {
    return blocks.containsKey(id);
  }

  @Override
  public void put(ContentId id, byte[] block) {
    blocks.put(id, block.clone());
  }

  @Override
  public boolean isPinned(ContentId id) {
    return pins.contains(id);
  }

  @Override
  public void pin(ContentId id) {
    pins.add(id);
  }

  @Override
  public void unpin(ContentId id) {
    pins.remove(id);
  }

  @Override
  public Collection<ContentId> pins() {
    return pins;
  }

  @Override
  public long sweep(Predicate<ContentId> kept) {
    blocks.keySet().removeIf(id -> !kept.test(id));
    return blocks.values().stream().mapToLong(block -> block.length).sum();
  }

  @Override
  public void close() {
    blocks.clear();
    pins.clear();
  }

  @Override
  public String toString() {
    return "memory";
  }
}
