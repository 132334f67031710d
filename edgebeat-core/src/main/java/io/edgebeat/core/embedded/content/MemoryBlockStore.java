package io.edgebeat.core.embedded.content;

import io.edgebeat.api.storage.ContentId;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Blocks on the heap, gone with the process. */
final class MemoryBlockStore implements BlockStore {
  private final Map<ContentId, byte[]> blocks = new ConcurrentHashMap<>();
  private final Set<ContentId> pins = ConcurrentHashMap.newKeySet();

  @Override
  public byte @Nullable [] get(ContentId id) {
    return blocks.get(id);
  }

  @Override
  public boolean has(ContentId id) {
    return blocks.containsKey(id);
  }

  @Override
  public String place(ContentId id) {
    return "memory";
  }

  @Override
  public long put(ContentId id, byte[] bytes, int length) {
    byte[] old = blocks.get(id);
    if (old != null && Arrays.equals(old, 0, old.length, bytes, 0, length)) {
      return 0;
    }
    old = blocks.put(id, Arrays.copyOf(bytes, length));
    return old == null ? length : 0;
  }

  @Override
  public long delete(ContentId id) {
    byte[] old = blocks.remove(id);
    return old == null ? 0 : old.length;
  }

  @Override
  public void forEachBlock(Consumer<ContentId> action) {
    blocks.keySet().forEach(action);
  }

  @Override
  public long countBytes() {
    long sum = 0;
    for (byte[] block : blocks.values()) {
      sum += block.length;
    }
    return sum;
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
  public void forEachPin(Consumer<ContentId> action) {
    pins.forEach(action);
  }

  @Override
  public void close() {
    blocks.clear();
    pins.clear();
  }
}
