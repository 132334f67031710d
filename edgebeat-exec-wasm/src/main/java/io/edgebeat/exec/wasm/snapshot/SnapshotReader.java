package io.edgebeat.exec.wasm.snapshot;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what {@link SnapshotWriter} has written, and refuses everything else. A snapshot may come
 * from a stranger: no number of it is used before it was checked, nothing is made by one that is
 * larger than the limits, and what has not the one spelling is none.
 */
public final class SnapshotReader {

  /**
   * What is read at most.
   *
   * @param fileBytes the file
   * @param memoryBytes the memory
   * @param tableEntries entries of all tables
   */
  public record Limits(long fileBytes, long memoryBytes, long tableEntries) {}

  /** The longest array. */
  private static final int MOST_RECORD = Integer.MAX_VALUE - 8;

  private SnapshotReader() {}

  /**
   * Reads a snapshot to its end.
   *
   * @param reader the file
   * @param limits what is read at most
   * @return the snapshot, all of it sound in itself; whether it fits its module is not known
   * @throws EdgeBeatException {@code BAD_WORKLOAD} when it is no snapshot, {@code UNKNOWN_VERSION},
   *     {@code LIMIT_EXCEEDED} naming what is too large, {@code STORAGE_FAILED}
   */
  public static Snapshot read(ContentReader reader, Limits limits) {
    long size = reader.sizeBytes();
    if (size > limits.fileBytes()) {
      throw tooLarge("a file of " + size + " bytes", limits.fileBytes());
    }
    if (size < SnapshotWriter.FOOTER_BYTES) {
      throw bad("it has " + size + " bytes");
    }
    List<byte[]> groups = new ArrayList<>();
    byte[] end = parts(reader.stream(), size, groups);
    ByteBuffer footer =
        ByteBuffer.wrap(end, end.length - SnapshotWriter.FOOTER_BYTES, SnapshotWriter.FOOTER_BYTES);
    long recordBytes = Integer.toUnsignedLong(footer.getInt());
    int version = footer.getInt();
    if (footer.getInt() != SnapshotWriter.MAGIC) {
      throw bad("it ends otherwise");
    }
    if (version != SnapshotWriter.VERSION) {
      throw new EdgeBeatException(
          ErrorCode.UNKNOWN_VERSION,
          "a snapshot of version "
              + Integer.toUnsignedString(version)
              + "; known is "
              + SnapshotWriter.VERSION);
    }
    long memoryBytes = size - recordBytes - SnapshotWriter.FOOTER_BYTES;
    if (memoryBytes < 0
        || memoryBytes % SnapshotWriter.GROUP_BYTES != 0
        || recordBytes > MOST_RECORD) {
      throw bad("a record of " + recordBytes + " bytes does not fit into " + size);
    }
    int count = (int) (memoryBytes / SnapshotWriter.GROUP_BYTES);
    byte[] record = record(groups, count, end, (int) recordBytes);
    RecordReader in = new RecordReader(record, limits, groups.subList(0, count));
    Snapshot snapshot = in.read();
    if (!Arrays.equals(SnapshotWriter.record(snapshot, in.groups()), record)) {
      throw bad("it is not in its one spelling");
    }
    return snapshot;
  }

  /** Reads all groups, and what follows them: at least the footer, and less than a group more. */
  private static byte[] parts(InputStream in, long size, List<byte[]> groups) {
    try {
      long left = size;
      for (;
          left >= SnapshotWriter.GROUP_BYTES + SnapshotWriter.FOOTER_BYTES;
          left -= SnapshotWriter.GROUP_BYTES) {
        groups.add(in.readNBytes(SnapshotWriter.GROUP_BYTES));
      }
      byte[] end = in.readNBytes((int) left);
      if (end.length < left) {
        throw bad("it ends " + (left - end.length) + " bytes before its end");
      }
      return end;
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          RetryAdvice.SAME_CALL,
          "the snapshot cannot be read: " + e.getMessage(),
          e);
    }
  }

  /** The record, which may begin in what was read as groups. */
  private static byte[] record(List<byte[]> groups, int count, byte[] end, int size) {
    byte[] record = new byte[size];
    int at = 0;
    for (byte[] part : groups.subList(count, groups.size())) {
      System.arraycopy(part, 0, record, at, part.length);
      at += part.length;
    }
    System.arraycopy(end, 0, record, at, size - at);
    return record;
  }

  static EdgeBeatException tooLarge(String what, long most) {
    return new EdgeBeatException(
        ErrorCode.LIMIT_EXCEEDED, "the snapshot has " + what + "; at most " + most + " are given");
  }

  static EdgeBeatException bad(String why) {
    return new EdgeBeatException(ErrorCode.BAD_WORKLOAD, "bad snapshot: " + why);
  }
}
