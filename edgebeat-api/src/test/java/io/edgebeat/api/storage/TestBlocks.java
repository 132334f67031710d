package io.edgebeat.api.storage;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Blocks on the heap that a test may change and that survive close; lies when it is told to. */
final class TestBlocks implements ListableBlockStore {
  final Map<ContentId, byte[]> all = new ConcurrentHashMap<>();
  private final Set<ContentId> pins = ConcurrentHashMap.newKeySet();

  /** How many reads are left until one is a lie. */
  int honestReads = Integer.MAX_VALUE;

  @Nullable ContentId lied;

  static byte[] flipped(byte[] block, int bit) {
    byte[] damaged = block.clone();
    damaged[bit >> 3] ^= (byte) (1 << (bit & 7));
    return damaged;
  }

  @Override
  public Optional<byte[]> get(ContentId id) {
    Optional<byte[]> block = Optional.ofNullable(all.get(id));
    if (block.isEmpty() || honestReads-- != 0) {
      return block;
    }
    lied = id;
    return block.map(honest -> flipped(honest, 7));
  }

  @Override
  public boolean has(ContentId id) {
    return all.containsKey(id);
  }

  @Override
  public void put(ContentId id, byte[] block) {
    all.put(id, block.clone());
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
    all.keySet().removeIf(id -> !kept.test(id));
    return all.values().stream().mapToLong(block -> block.length).sum();
  }

  @Override
  public String place(ContentId id) {
    return "shelf " + id.toString().charAt(20);
  }

  @Override
  public void close() {}
}
