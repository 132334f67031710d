package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.exec.wasm.meter.MeteredModule;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Modules that can be started at once: those that were used last, within a limit. What is not here
 * is fetched, checked, metered and compiled.
 *
 * <p>Threads: calls may overlap; one module is compiled at a time.
 */
final class ModuleCache {

  /**
   * A module that can be started at once.
   *
   * @param compiled its code
   * @param shape its outline, lowered where that was needed
   * @param hasStart whether it has a start function, which the host calls
   * @param references the functions that can be in tables and references; not to be changed
   * @param imageHash the hash of what is run, before it was metered
   */
  record Prepared(
      WasmEngine.Compiled compiled,
      ModuleShape shape,
      boolean hasStart,
      BitSet references,
      Bytes32 imageHash) {}

  private final WasmLimits maxima;
  private final WasmEngine engine;
  private final CompileClock compileClock;
  private final ReentrantLock compiling = new ReentrantLock();

  /** By content id alone: one JVM meters by one table of costs; on disk its version counts. */
  private final Map<ContentId, Prepared> cache = new LinkedHashMap<>(16, 0.75f, true);

  private long cachedBytes; // by cache

  ModuleCache(ThreadFactory threads, WasmLimits maxima, WasmEngine engine) {
    this.maxima = maxima;
    this.engine = engine;
    this.compileClock = new CompileClock(threads, maxima.compileTime());
  }

  /**
   * A module that can be started, made ready when it is not.
   *
   * @throws EdgeBeatException {@code BAD_WORKLOAD}, {@code WORKLOAD_REFUSED}, {@code
   *     LIMIT_EXCEEDED}, {@code INTERRUPTED}, and what the content store throws
   */
  Prepared prepared(ContentId image, ContentStore content, Progress progress) {
    Prepared known = cached(image);
    if (known != null) {
      return known;
    }
    ModuleGate.Admitted module = ModuleGate.admit(fetch(image, content, progress), maxima);
    ModuleShape shape = module.shape();
    // One at a time: compiling takes hundreds of times the memory of the code.
    try {
      compiling.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted before compiling " + image, e);
    }
    try {
      known = cached(image);
      if (known == null) {
        known = compileClock.compile(image, () -> compiled(module));
        keep(image, known);
      }
      return known;
    } catch (OutOfMemoryError e) {
      throw new EdgeBeatException(
          ErrorCode.EXECUTOR_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "no memory is left to compile " + image + " with " + shape.codeBytes() + " code bytes",
          e);
    } finally {
      compiling.unlock();
    }
  }

  private Prepared compiled(ModuleGate.Admitted module) {
    MeteredModule metered = ModuleGate.meter(module, engine);
    return new Prepared(
        engine.compile(metered.bytes(), module.shape()),
        module.shape(),
        metered.hasStart(),
        metered.references(),
        ContentId.sha256(module.image()));
  }

  private byte[] fetch(ContentId image, ContentStore content, Progress progress) {
    try (ContentReader reader = content.open(image)) {
      long size = reader.sizeBytes();
      if (size > maxima.imageBytes()) {
        throw new EdgeBeatException(
            ErrorCode.WORKLOAD_REFUSED,
            "image " + image + " has " + size + " bytes; the limit is " + maxima.imageBytes());
      }
      progress.advanced(0, size);
      byte[] bytes = reader.readAll(maxima.imageBytes());
      if (image.codec() == ContentId.Codec.RAW && !ContentId.sha256(bytes).equals(image.hash())) {
        throw new EdgeBeatException(
            ErrorCode.CONTENT_MISMATCH, "the bytes of image " + image + " do not match its id");
      }
      progress.advanced(size, size);
      return bytes;
    }
  }

  private @Nullable Prepared cached(ContentId image) {
    synchronized (cache) {
      return cache.get(image);
    }
  }

  private void keep(ContentId image, Prepared prepared) {
    synchronized (cache) {
      if (cache.put(image, prepared) == null) {
        cachedBytes += prepared.compiled.sizeBytes();
      }
      var oldest = cache.entrySet().iterator();
      while (cachedBytes > maxima.cacheBytes() && cache.size() > 1) {
        cachedBytes -= oldest.next().getValue().compiled.sizeBytes();
        oldest.remove();
      }
    }
  }

  /** Forgets all. */
  void clear() {
    synchronized (cache) {
      cache.clear();
      cachedBytes = 0;
    }
  }
}
