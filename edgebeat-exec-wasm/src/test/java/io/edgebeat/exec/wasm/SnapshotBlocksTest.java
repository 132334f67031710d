package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.storage.BlockContentStore;
import io.edgebeat.api.storage.BlockStore;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.TaskOutcome;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Snapshots of one process share the blocks of the memory that did not change. */
class SnapshotBlocksTest {
  private static final int GROUP = 256 << 10;

  /** Blocks in memory. */
  static final class MemoryBlocks implements BlockStore {
    final Map<ContentId, byte[]> blocks = new ConcurrentHashMap<>();
    final Set<ContentId> pins = ConcurrentHashMap.newKeySet();

    long bytes() {
      return blocks.values().stream().mapToLong(block -> block.length).sum();
    }

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
    public void close() {}
  }

  private static final String MODULE =
      """
      (memory 54 64)
      (func (export "fill") (param $from i32) (param $to i32)
        (loop $l
          (i32.store (local.get $from) (i32.mul (local.get $from) (i32.const 2654435761)))
          (br_if $l (i32.lt_u
            (local.tee $from (i32.add (local.get $from) (i32.const 4))) (local.get $to)))))
      (func (export "set") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
      """;

  @Test
  void whatDidNotChangeIsStoredOnce() {
    MemoryBlocks blocks = new MemoryBlocks();
    try (BlockContentStore content = new BlockContentStore(blocks);
        WasmProcesses processes =
            WasmProcesses.create(
                Bench.threads(),
                () -> Instant.EPOCH,
                WasmLimits.DEFAULTS,
                WasmMode.COMPILED,
                content)) {
      ContentId module = content.put(ContentSource.of(Wat.assemble(MODULE)), Progress.NONE);
      try (WasmProcess process =
          processes.open(module, ExecutionLimits.DEFAULTS, HostProfile.NOTHING)) {
        long before = added(blocks, 0);
        call(process, "set", 70_000, 1);
        ContentId sparse = process.freeze();
        assertThat(added(blocks, before)).as("one group").isBetween((long) GROUP, GROUP + 2_000L);

        call(process, "fill", 0, 54 << 16);
        before = blocks.bytes();
        ContentId full = process.freeze();
        assertThat(added(blocks, before)).isBetween(54L << 16, (54L << 16) + GROUP);
        assertThat(content.stat(full).sizeBytes()).isBetween(54L << 16, (54L << 16) + GROUP);

        call(process, "set", 1_500_000, 7);
        before = blocks.bytes();
        ContentId changed = process.freeze();
        assertThat(added(blocks, before)).as("one group").isBetween((long) GROUP, GROUP + 4_000L);

        content.unpin(full);
        processes.resume(changed).close();
        try (WasmProcess old = processes.resume(sparse)) {
          assertThat(old.freeze()).isEqualTo(sparse);
        }
      }
    }
  }

  private static void call(WasmProcess process, String function, int first, int second) {
    assertThat(process.call(function, "" + first, "" + second).outcome())
        .isInstanceOf(TaskOutcome.Completed.class);
  }

  private static long added(MemoryBlocks blocks, long before) {
    return blocks.bytes() - before;
  }
}
