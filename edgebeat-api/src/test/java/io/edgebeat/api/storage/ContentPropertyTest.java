package io.edgebeat.api.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Random files and random histories; a failure names the seed that repeats it. */
class ContentPropertyTest {

  @Test
  void everyFileComesBack() throws IOException {
    long seed = TestContent.seed();
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      FileLayout layout = new FileLayout(20 + random.nextInt(300), 2 + random.nextInt(9));
      byte[] bytes = TestContent.random(random, random.nextInt(1500));
      if (random.nextInt(4) == 0) {
        Arrays.fill(bytes, (byte) i);
      }
      String where = "seed " + seed + ", file " + i + ", " + layout + ", " + bytes.length;
      try (BlockContentStore store = new BlockContentStore(new Blocks(new TestBlocks()), layout)) {
        ContentId id = store.put(ContentSource.of(bytes), Progress.NONE);
        assertThat(store.has(id)).as(where).isTrue();
        assertThat(store.stat(id).sizeBytes()).as(where).isEqualTo(bytes.length);
        try (ContentReader reader = store.open(id)) {
          assertThat(reader.sizeBytes()).as(where).isEqualTo(bytes.length);
          assertThat(reader.readAll(bytes.length)).as(where).isEqualTo(bytes);
          assertThat(readInPieces(reader.stream(), random)).as(where).isEqualTo(bytes);
        }
      }
    }
  }

  @Test
  void historyOfPutsPinsAndCollectionsIsThatOfAModel() {
    long seed = TestContent.seed();
    Random random = new Random(seed);
    FileLayout layout = new FileLayout(50, 3);
    Map<ContentId, byte[]> known = new HashMap<>();
    Set<ContentId> pinned = new HashSet<>();
    Set<ContentId> dropped = new HashSet<>();
    TestBlocks blocks = new TestBlocks();
    BoundedContentStore store = new BoundedContentStore(blocks, Long.MAX_VALUE, layout);
    try {
      for (int step = 0; step < 150; step++) {
        String where = "seed " + seed + ", step " + step;
        List<ContentId> ids = new ArrayList<>(known.keySet());
        ContentId some = ids.isEmpty() ? null : ids.get(random.nextInt(ids.size()));
        int action = random.nextInt(20);
        if (some == null || action < 8) {
          byte[] bytes = TestContent.random(new Random(random.nextInt(8)), random.nextInt(600));
          ContentId id = store.put(ContentSource.of(bytes), Progress.NONE);
          known.put(id, bytes);
          pinned.add(id);
          dropped.remove(id);
        } else if (action < 12) {
          store.unpin(some);
          pinned.remove(some);
        } else if (action < 14 && store.has(some)) {
          store.pin(some);
          pinned.add(some);
          dropped.remove(some);
        } else if (action < 16) {
          store.collect();
          dropped.addAll(known.keySet());
          dropped.removeAll(pinned);
        } else if (action < 17) {
          store.close();
          store = new BoundedContentStore(blocks, Long.MAX_VALUE, layout);
        } else if (!dropped.contains(some)) {
          assertThat(store.stat(some).pinned()).as(where).isEqualTo(pinned.contains(some));
          try (ContentReader reader = store.open(some)) {
            assertThat(reader.readAll(600)).as(where).isEqualTo(known.get(some));
          }
        }
      }
      for (ContentId id : pinned) {
        try (ContentReader reader = store.open(id)) {
          assertThat(reader.readAll(600)).as("seed %d", seed).isEqualTo(known.get(id));
        }
        store.unpin(id);
      }
      long used = store.usedBytes();
      assertThat(store.collect()).as("seed %d", seed).isEqualTo(used);
      assertThat(store.usedBytes()).as("seed %d", seed).isZero();
    } finally {
      store.close();
    }
  }

  /** Threads put, read and drop files that share blocks, while others collect. */
  @Test
  void overlappingCallsLeaveWhatIsPinned() throws Exception {
    TestBlocks blocks = new TestBlocks();
    long seed = TestContent.seed();
    FileLayout layout = new FileLayout(40, 3);
    Map<ContentId, byte[]> kept = new ConcurrentHashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (BoundedContentStore store = new BoundedContentStore(blocks, Long.MAX_VALUE, layout)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int thread = t;
        done.add(
            threads.submit(
                (Callable<?>)
                    () -> {
                      Random random = new Random(seed + thread);
                      for (int i = 0; i < 30; i++) {
                        // a common beginning, an own end: shared blocks, own files
                        byte[] common = TestContent.random(new Random(seed), 800);
                        byte[] bytes = Arrays.copyOf(common, 801 + random.nextInt(90));
                        bytes[800] = (byte) thread;
                        ContentId id = store.put(ContentSource.of(bytes), Progress.NONE);
                        try (ContentReader reader = store.open(id)) {
                          store.unpin(id);
                          assertThat(reader.readAll(1000)).isEqualTo(bytes);
                          if (random.nextBoolean()) {
                            store.pin(id);
                            kept.put(id, bytes);
                          } else {
                            kept.remove(id);
                          }
                        }
                      }
                      return null;
                    }));
      }
      for (int t = 0; t < 2; t++) {
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 60; i++) {
                    store.collect();
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
      store.collect();
      assertThat(kept).as("seed %d", seed).isNotEmpty();
      for (Map.Entry<ContentId, byte[]> file : kept.entrySet()) {
        try (ContentReader reader = store.open(file.getKey())) {
          assertThat(reader.readAll(1000)).as("seed %d", seed).isEqualTo(file.getValue());
        }
        store.unpin(file.getKey());
      }
      assertThat(store.usedBytes()).as("seed %d", seed).isEqualTo(blocks.sweep(id -> true));
      store.collect();
      assertThat(store.usedBytes()).as("seed %d", seed).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] readInPieces(InputStream in, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[500];
    for (; ; ) {
      if (random.nextInt(5) == 0) {
        int value = in.read();
        if (value < 0) {
          return out.toByteArray();
        }
        out.write(value);
      } else {
        int offset = random.nextInt(100);
        int count = in.read(buffer, offset, random.nextInt(400) + 1);
        if (count < 0) {
          return out.toByteArray();
        }
        out.write(buffer, offset, count);
      }
    }
  }
}
