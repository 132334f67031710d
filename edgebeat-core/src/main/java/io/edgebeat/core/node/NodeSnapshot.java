package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.engine.Compaction;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalReplay;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The snapshot of a node: the records of each partition, shortened. It is made of the journal
 * itself, not of states: from the snapshot before and the records behind it, so that nobody has to
 * stop for it and every state that it leads to is one that a replay leads to.
 *
 * <p>The form: its number (one byte); then for each partition, in the order they were begun, its
 * kind and its id (each a length of two bytes, and UTF-8), the number of records (four bytes) and
 * each record's length (four bytes) and bytes, which are those of a record of the journal. All
 * numbers are big-endian.
 */
final class NodeSnapshot implements JournalReplay {
  private static final byte FORM = 1;

  static final RecordCodec<FactBatch> CODEC = RecordCodec.of(FactBatch.class);

  /** One partition: as it was in the snapshot before, and what came behind that. */
  private static final class Part {
    final List<byte[]> before = new ArrayList<>();
    final List<FactBatch> behind = new ArrayList<>();
  }

  private final Map<PartitionKey, Part> parts = new LinkedHashMap<>();

  /** Takes the bytes of a record of a snapshot. */
  @FunctionalInterface
  interface Receiver {
    void record(PartitionKey partition, byte[] record);
  }

  /**
   * Makes a snapshot of everything durable and stores it in the journal.
   *
   * @return its size, 0 when nothing is behind the snapshot before
   */
  static long write(Journal journal) {
    NodeSnapshot snapshot = new NodeSnapshot();
    long upTo = journal.read(snapshot);
    if (snapshot.parts.values().stream().allMatch(part -> part.behind.isEmpty())) {
      return 0;
    }
    byte[] state = snapshot.toBytes();
    journal.writeSnapshot(state, upTo);
    return state.length;
  }

  @Override
  public void snapshot(byte[] state, long upToSequence) {
    read(state, (key, record) -> part(key).before.add(record));
  }

  @Override
  public void record(long sequence, byte[] payload) {
    FactBatch batch = CODEC.decode(payload);
    part(batch.partition()).behind.add(batch);
  }

  private Part part(PartitionKey key) {
    return parts.computeIfAbsent(key, k -> new Part());
  }

  private byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORM);
      for (Map.Entry<PartitionKey, Part> entry : parts.entrySet()) {
        text(out, entry.getKey().kind().name());
        text(out, entry.getKey().id());
        List<byte[]> records = records(entry.getValue());
        out.writeInt(records.size());
        for (byte[] record : records) {
          out.writeInt(record.length);
          out.write(record);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What nothing has come behind stays as it is, unread. */
  private static List<byte[]> records(Part part) {
    if (part.behind.isEmpty()) {
      return part.before;
    }
    List<FactBatch> history = new ArrayList<>();
    part.before.forEach(record -> history.add(CODEC.decode(record)));
    history.addAll(part.behind);
    return Compaction.of(history).stream().map(CODEC::encode).toList();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  /**
   * Gives out the records of a snapshot, partition by partition.
   *
   * @throws EdgeBeatException {@code UNKNOWN_VERSION} or {@code CORRUPTED}
   */
  static void read(byte[] state, Receiver receiver) {
    ByteBuffer in = ByteBuffer.wrap(state);
    try {
      byte form = in.get();
      if (form != FORM) {
        throw new EdgeBeatException(
            ErrorCode.UNKNOWN_VERSION,
            "the snapshot has form "
                + form
                + ", this release reads "
                + FORM
                + "; open it with the release that wrote it or a later one");
      }
      while (in.hasRemaining()) {
        PartitionKey key = new PartitionKey(kind(text(in)), text(in));
        for (int left = in.getInt(); left > 0; left--) {
          byte[] record = new byte[length(in, in.getInt())];
          in.get(record);
          receiver.record(key, record);
        }
      }
    } catch (BufferUnderflowException cutOff) {
      throw new EdgeBeatException(
          ErrorCode.CORRUPTED,
          RetryAdvice.NEVER,
          "the snapshot is cut off at byte " + in.position(),
          cutOff);
    }
  }

  private static PartitionKey.Kind kind(String name) {
    for (PartitionKey.Kind kind : PartitionKey.Kind.values()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new EdgeBeatException(
        ErrorCode.UNKNOWN_VERSION, "the snapshot has a partition of the kind \"" + name + "\"");
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[length(in, Short.toUnsignedInt(in.getShort()))];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int length(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }
}
