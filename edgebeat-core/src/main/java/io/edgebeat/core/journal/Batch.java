package io.edgebeat.core.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Records that go to disk in one write and one sync. Guarded by the journal's lock until taken. */
final class Batch {
  private static final int FIRST_CAPACITY = 16 * 1024;

  private final Disk disk;
  private final int limit;
  private final byte[] header = new byte[Format.FRAME_HEADER];
  private ByteBuffer bytes;
  private @Nullable Completion[] completions = new Completion[64];

  /** Sequence of the first record. */
  long first;

  /** How many records there are. */
  int count;

  /** Where the batch starts in its segment. */
  long position;

  /** Whether it is the first of a new segment. */
  boolean opensSegment;

  Batch(Disk disk, int limit) {
    this.disk = disk;
    this.limit = limit;
    this.bytes = disk.allocateBuffer(Math.min(limit, FIRST_CAPACITY));
  }

  void start(long first, long position, boolean opensSegment) {
    bytes.clear();
    this.first = first;
    this.count = 0;
    this.position = position;
    this.opensSegment = opensSegment;
  }

  boolean hasRoom(int frameBytes) {
    return bytes.position() + frameBytes <= limit;
  }

  int size() {
    return bytes.position();
  }

  void add(byte[] payload, int checksum, int seed, @Nullable Completion completion) {
    // First what may fail for want of memory: then nothing has changed.
    if (count == completions.length) {
      completions = Arrays.copyOf(completions, count * 2);
    }
    int frame = Format.FRAME_HEADER + payload.length;
    if (bytes.remaining() < frame) {
      grow(bytes.position() + frame);
    }
    Format.frameHeader(
        header,
        Format.KIND_RECORD,
        payload.length,
        first + count,
        first,
        checksum,
        seed,
        position + bytes.position());
    bytes.put(header).put(payload);
    completions[count++] = completion;
  }

  private void grow(int needed) {
    int capacity = (int) Math.min(limit, Math.max(needed, 2L * bytes.capacity()));
    bytes = disk.allocateBuffer(capacity).put(bytes.flip());
  }

  /** The bytes to write; the batch takes no more records. */
  ByteBuffer flip() {
    return bytes.flip();
  }

  @Nullable Completion takeCompletion(int index) {
    Completion completion = completions[index];
    completions[index] = null;
    return completion;
  }
}
