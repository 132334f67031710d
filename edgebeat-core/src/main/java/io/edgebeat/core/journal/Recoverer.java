package io.edgebeat.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a directory back into snapshot and records, and leaves it fit for appending. What a crash
 * can leave behind is repaired, everything else is refused; see {@link Format} for how the two are
 * told apart.
 */
final class Recoverer {

  /** A journal that is ready for the next record. */
  record Ready(
      Recovery recovery,
      List<Long> segments,
      List<Long> snapshots,
      DiskFile active,
      long end,
      long allocated) {}

  private final Disk disk;
  private final JournalOptions options;
  private final JournalReplay replay;

  private byte @Nullable [] id;

  /** The file that was touched last, for the message of an {@link IOException}. */
  private String touched = "";

  // Where the walk through the records is.
  private long next = 1;
  private long delivered;
  private long snapshotSequence;

  // The end of the last segment.
  private long end;
  private long batchStart;
  private boolean marked;
  private boolean cut;

  /** The last record that is asked for. */
  private long limit = Long.MAX_VALUE;

  Recoverer(Disk disk, JournalOptions options, JournalReplay replay) {
    this.disk = disk;
    this.options = options;
    this.replay = replay;
    this.id = options.idRequired() ? options.id() : null;
  }

  String touched() {
    return touched;
  }

  private void list(List<Long> segments, List<Long> snapshots, List<String> leftovers)
      throws IOException {
    for (String name : disk.list()) {
      if (Format.segmentSequence(name) >= 0) {
        segments.add(Format.segmentSequence(name));
      } else if (Format.snapshotSequence(name) >= 0) {
        snapshots.add(Format.snapshotSequence(name));
      } else if (name.endsWith(Format.TEMPORARY)) {
        leftovers.add(name);
      }
    }
  }

  Ready run() throws IOException {
    List<Long> segments = new ArrayList<>();
    List<Long> snapshots = new ArrayList<>();
    List<String> leftovers = new ArrayList<>();
    list(segments, snapshots, leftovers);
    // A segment whose header never became durable holds nothing, and is not even the last one yet.
    long unfinished = -1;
    if (!segments.isEmpty() && !headerWritten(segments.getLast())) {
      unfinished = segments.removeLast();
    }
    adoptId(segments, snapshots);

    // The newest snapshot that is whole.
    List<String> damaged = new ArrayList<>();
    @Nullable RuntimeException damage = null;
    long newest = snapshots.isEmpty() ? 0 : snapshots.getLast();
    for (int i = snapshots.size() - 1; i >= 0 && snapshotSequence == 0; i--) {
      try {
        byte[] state = readSnapshot(snapshots.get(i));
        snapshotSequence = snapshots.get(i);
        replay.snapshot(state, snapshotSequence);
      } catch (Damage e) {
        damaged.add(Format.snapshotName(snapshots.get(i)));
        damage = damage == null ? e.refusal() : damage;
      }
    }

    boolean fresh = segments.isEmpty() && snapshots.isEmpty() && unfinished <= 1;
    if (!fresh) {
      readRecords(segments, unfinished, newest, damage);
    }

    // From here on the directory is changed.
    if (unfinished >= 0) {
      leftovers.add(Format.segmentName(unfinished));
    }
    for (String name : leftovers) {
      touched = name;
      disk.delete(name);
    }
    // What was replayed from an older one must not count as one of the snapshots to be kept.
    for (String name : damaged) {
      touched = name;
      disk.delete(name);
      snapshots.remove(Format.snapshotSequence(name));
    }
    touched = "";
    disk.syncDirectory();
    DiskFile active;
    long allocated;
    long cutBytes = 0;
    if (fresh) {
      id = id == null ? options.id() : id;
      segments.add(1L);
      touched = Format.segmentName(1);
      active = createSegment(disk, id, 1);
      end = Format.FILE_HEADER;
      allocated = end;
    } else {
      touched = Format.segmentName(segments.getLast());
      active = disk.open(touched);
      boolean ready = false;
      try {
        allocated = active.size();
        if (cut) {
          cutBytes = allocated - end;
          active.truncate(end);
          allocated = end;
        }
        if (!marked) {
          // The last write may be readable and still not be durable, even after a sync that failed:
          // only bytes that are written again are sure to reach the disk with the next sync. The
          // last write of a segment without records is that of its header.
          rewrite(active, end == Format.FILE_HEADER ? 0 : batchStart, end);
        }
        active.sync();
        if (!marked && end > batchStart) {
          int seed = Format.segmentSeed(identity(), segments.getLast());
          active.write(
              end, ByteBuffer.wrap(Format.mark(new byte[Format.FRAME_HEADER], next, seed, end)));
          allocated = Math.max(allocated, end + Format.FRAME_HEADER);
        }
        ready = true;
      } finally {
        if (!ready) {
          active.close();
        }
      }
    }
    Recovery recovery = new Recovery(fresh, snapshotSequence, delivered, next, cutBytes, damaged);
    return new Ready(recovery, segments, snapshots, active, end, allocated);
  }

  /**
   * Reads an open journal up to a record that is durable; changes nothing.
   *
   * @param segments the first records of its segments
   * @param snapshots the last records of its snapshots
   * @param upTo the last record that is wanted
   */
  void read(List<Long> segments, List<Long> snapshots, long upTo) throws IOException {
    limit = upTo;
    for (int i = snapshots.size() - 1; i >= 0 && snapshotSequence == 0; i--) {
      try {
        byte[] state = readSnapshot(snapshots.get(i));
        snapshotSequence = snapshots.get(i);
        replay.snapshot(state, snapshotSequence);
      } catch (Damage e) {
        throw e.refusal();
      }
    }
    int start = segments.size() - 1;
    while (start > 0 && segments.get(start) > snapshotSequence + 1) {
      start--;
    }
    next = segments.get(start);
    for (int i = start; i < segments.size() && next <= limit; i++) {
      readSegment(Format.segmentName(segments.get(i)), segments.get(i), false);
    }
  }

  /**
   * Checks every file, also those that an opening would not need; changes nothing.
   *
   * @return what there is; the replay was given every snapshot and then every record
   */
  JournalCheck check() throws IOException {
    List<Long> segments = new ArrayList<>();
    List<Long> snapshots = new ArrayList<>();
    List<String> leftovers = new ArrayList<>();
    list(segments, snapshots, leftovers);
    long unfinished = -1;
    if (!segments.isEmpty() && !headerWritten(segments.getLast())) {
      unfinished = segments.removeLast();
    }
    adoptId(segments, snapshots);
    for (long upTo : snapshots) {
      try {
        replay.snapshot(readSnapshot(upTo), upTo);
      } catch (Damage e) {
        throw e.refusal();
      }
    }
    if (segments.isEmpty() && snapshots.isEmpty()) {
      throw Format.corrupted(disk, Format.segmentName(1), 0, "the file is missing");
    }
    long newest = snapshots.isEmpty() ? 0 : snapshots.getLast();
    long first = segments.isEmpty() ? newest + 1 : segments.getFirst();
    boolean begins = first == 1 || (!snapshots.isEmpty() && snapshots.getFirst() >= first - 1);
    if (segments.isEmpty() || !begins) {
      throw Format.corrupted(disk, Format.segmentName(1), 0, "the file is missing");
    }
    snapshotSequence = first - 1;
    readRecords(segments, unfinished, newest, null);
    if (next <= newest) {
      throw Format.corrupted(
          disk,
          Format.segmentName(segments.getLast()),
          end,
          "record " + next + " is missing, a snapshot has " + newest);
    }
    long bytes = 0;
    long torn = 0;
    for (String name : disk.list()) {
      if (Format.segmentSequence(name) >= 0 || Format.snapshotSequence(name) >= 0) {
        try (DiskFile file = disk.openToRead(name)) {
          bytes += file.size();
          torn +=
              cut && name.equals(Format.segmentName(segments.getLast())) ? file.size() - end : 0;
        }
      }
    }
    return new JournalCheck(segments.size(), snapshots.size(), first, next - 1, bytes, torn);
  }

  /** Where the last record that was read ends in its segment. */
  long end() {
    return end;
  }

  /** Creates a segment that holds nothing yet; durable when this returns. */
  static DiskFile createSegment(Disk disk, byte[] id, long first) throws IOException {
    DiskFile file = disk.create(Format.segmentName(first));
    boolean ready = false;
    try {
      file.write(0, ByteBuffer.wrap(Format.fileHeader(Format.SEGMENT_MAGIC, id, first, 0, 0)));
      file.sync();
      disk.syncDirectory();
      ready = true;
      return file;
    } finally {
      if (!ready) {
        file.close();
      }
    }
  }

  private static void rewrite(DiskFile file, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    file.read(from, bytes);
    file.write(from, bytes.flip());
  }

  /** False only for what a crash leaves of a file that was being created. */
  private boolean headerWritten(long first) throws IOException {
    touched = Format.segmentName(first);
    try (DiskFile file = disk.openToRead(touched)) {
      FileWindow window = new FileWindow(file);
      if (window.has(0, Format.FILE_HEADER)) {
        byte[] header = header(window);
        if (Format.fileHeaderValid(header, Format.SEGMENT_MAGIC)) {
          return true;
        }
        for (long at = Format.FILE_HEADER; at < window.size(); at++) {
          if (window.bytes()[window.at(at, 1)] != 0) {
            throw Format.corrupted(disk, touched, 0, "the header is damaged, records follow it");
          }
        }
      }
      return false;
    }
  }

  private static byte[] header(FileWindow window) throws IOException {
    int at = window.at(0, Format.FILE_HEADER);
    return Arrays.copyOfRange(window.bytes(), at, at + Format.FILE_HEADER);
  }

  /** Without a required id, the first file that has one decides, and all others must agree. */
  private void adoptId(List<Long> segments, List<Long> snapshots) throws IOException {
    if (id != null) {
      return;
    }
    List<String> names = new ArrayList<>();
    segments.forEach(first -> names.add(Format.segmentName(first)));
    snapshots.forEach(upTo -> names.add(Format.snapshotName(upTo)));
    for (String name : names) {
      touched = name;
      try (DiskFile file = disk.openToRead(name)) {
        FileWindow window = new FileWindow(file);
        if (window.has(0, Format.FILE_HEADER)) {
          byte[] header = header(window);
          if (Format.fileHeaderValid(header, Format.SEGMENT_MAGIC)
              || Format.fileHeaderValid(header, Format.SNAPSHOT_MAGIC)) {
            checkVersion(name, header);
            id = Arrays.copyOfRange(header, 16, 16 + JournalOptions.ID_BYTES);
            return;
          }
        }
      }
    }
  }

  private void checkVersion(String name, byte[] header) {
    int version = Format.getInt(header, 8);
    if (version != Format.VERSION) {
      throw Format.unknownVersion(disk, name, "format version", version);
    }
  }

  private void checkHeader(String name, byte[] header, long sequence) {
    checkVersion(name, header);
    if (!Arrays.equals(identity(), 0, 16, header, 16, 16 + JournalOptions.ID_BYTES)) {
      throw Format.corrupted(disk, name, 16, "the file belongs to another journal");
    }
    if (Format.getLong(header, 32) != sequence) {
      throw Format.corrupted(
          disk, name, 32, "the file was written as number " + Format.getLong(header, 32));
    }
  }

  /** The id of the journal, once it is known. */
  byte[] identity() {
    if (id == null) {
      throw new IllegalStateException("the journal has no id yet");
    }
    return id;
  }

  private byte[] readSnapshot(long upTo) throws IOException, Damage {
    String name = Format.snapshotName(upTo);
    touched = name;
    try (DiskFile file = disk.openToRead(name)) {
      FileWindow window = new FileWindow(file);
      if (!window.has(0, Format.FILE_HEADER)) {
        throw new Damage(name, 0, "the header is cut off");
      }
      byte[] header = header(window);
      if (!Format.fileHeaderValid(header, Format.SNAPSHOT_MAGIC)) {
        throw new Damage(name, 0, "the header is damaged");
      }
      checkHeader(name, header, upTo);
      long length = Format.getLong(header, 40);
      if (length != window.size() - Format.FILE_HEADER || length > Integer.MAX_VALUE - 64) {
        throw new Damage(name, Format.FILE_HEADER, "the state should have " + length + " bytes");
      }
      byte[] state = new byte[(int) length];
      file.read(Format.FILE_HEADER, ByteBuffer.wrap(state));
      if (Format.checksum(state, 0, state.length) != Format.getInt(header, 48)) {
        throw new Damage(name, Format.FILE_HEADER, "the checksum of the state does not match");
      }
      return state;
    }
  }

  /** A damaged snapshot, which an older one with all its records can stand in for. */
  private final class Damage extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient String file;
    private final transient long offset;
    private final transient String reason;

    Damage(String file, long offset, String reason) {
      super(reason);
      this.file = file;
      this.offset = offset;
      this.reason = reason;
    }

    RuntimeException refusal() {
      return Format.corrupted(disk, file, offset, reason);
    }
  }

  private void readRecords(
      List<Long> segments, long unfinished, long newest, @Nullable RuntimeException damage)
      throws IOException {
    int start = segments.size() - 1;
    while (start >= 0 && segments.get(start) > snapshotSequence + 1) {
      start--;
    }
    if (start < 0) {
      throw damage != null
          ? damage
          : Format.corrupted(
              disk, Format.segmentName(snapshotSequence + 1), 0, "the file is missing");
    }
    next = segments.get(start);
    for (int i = start; i < segments.size(); i++) {
      long first = segments.get(i);
      String name = Format.segmentName(first);
      if (first != next) {
        throw damage != null && first > next
            ? damage
            : Format.corrupted(
                disk,
                first > next ? Format.segmentName(next) : name,
                0,
                first > next
                    ? "the file is missing, the next one is " + name
                    : "the file before it ends with record " + (next - 1));
      }
      boolean left = i + 1 < segments.size() || unfinished >= 0;
      readSegment(name, first, left);
    }
    String last = Format.segmentName(segments.getLast());
    if (unfinished >= 0 && unfinished != next) {
      throw Format.corrupted(
          disk, Format.segmentName(unfinished), 0, "the file before it ends with " + (next - 1));
    }
    if (next <= snapshotSequence) {
      throw Format.corrupted(
          disk, last, end, "record " + next + " is missing, a snapshot has " + snapshotSequence);
    }
    if (damage != null && next <= newest) {
      throw damage;
    }
  }

  /**
   * Reads one segment.
   *
   * @param left whether the journal went on to another segment, so that this one must be complete
   */
  private void readSegment(String name, long first, boolean left) throws IOException {
    touched = name;
    try (DiskFile file = disk.openToRead(name)) {
      FileWindow window = new FileWindow(file);
      byte[] header = window.has(0, Format.FILE_HEADER) ? header(window) : new byte[64];
      if (!Format.fileHeaderValid(header, Format.SEGMENT_MAGIC)) {
        throw Format.corrupted(disk, name, 0, "the header is damaged");
      }
      checkHeader(name, header, first);
      int seed = Format.segmentSeed(identity(), first);
      long position = Format.FILE_HEADER;
      long confirmed = first;
      batchStart = position;
      marked = false;
      String stop = "the file ends without a mark";
      while (next <= limit && window.has(position, Format.FRAME_HEADER)) {
        int at = window.at(position, Format.FRAME_HEADER);
        if (!Format.frameHeaderValid(window.bytes(), at, seed, position)) {
          stop = "the header of record " + next + " is damaged";
          break;
        }
        int version = window.bytes()[at + 2];
        byte kind = window.bytes()[at + 3];
        int length = Format.getInt(window.bytes(), at + 4);
        long sequence = Format.getLong(window.bytes(), at + 8);
        long frameConfirmed = Format.getLong(window.bytes(), at + 16);
        int checksum = Format.getInt(window.bytes(), at + 24);
        if (version != Format.VERSION) {
          throw Format.unknownVersion(disk, name, "frame version", version);
        }
        if (kind != Format.KIND_RECORD && kind != Format.KIND_MARK) {
          throw Format.unknownVersion(disk, name, "frame kind", kind);
        }
        if (sequence != next || frameConfirmed < confirmed || frameConfirmed > next) {
          throw Format.corrupted(
              disk, name, position, "record " + sequence + " is where " + next + " should be");
        }
        if (kind == Format.KIND_MARK) {
          marked = true;
          break;
        }
        if (!window.has(position + Format.FRAME_HEADER, length)) {
          stop = "record " + next + " is cut off";
          break;
        }
        int payload = window.at(position + Format.FRAME_HEADER, length);
        if (Format.checksum(window.bytes(), payload, length) != checksum) {
          stop = "the checksum of record " + next + " does not match";
          break;
        }
        if (frameConfirmed == next) {
          batchStart = position;
        }
        confirmed = frameConfirmed;
        if (next > snapshotSequence) {
          replay.record(next, Arrays.copyOfRange(window.bytes(), payload, payload + length));
          delivered++;
        }
        next++;
        position += Format.FRAME_HEADER + length;
      }
      end = position;
      if (limit < Long.MAX_VALUE) {
        if (next <= limit && !marked) {
          throw Format.corrupted(disk, name, position, stop);
        }
        return;
      }
      if (left) {
        if (!marked || position + Format.FRAME_HEADER != window.size()) {
          throw Format.corrupted(
              disk, name, position, marked ? "bytes follow the last record" : stop);
        }
      } else {
        cut = !checkTail(name, window, seed, stop);
      }
    }
  }

  /**
   * Looks behind the last whole record of the last segment.
   *
   * @return whether there is nothing but a mark and zeros
   * @throws io.edgebeat.api.error.EdgeBeatException if a later frame proves that the record that is
   *     missing at {@code end} was durable once
   */
  private boolean checkTail(String name, FileWindow window, int seed, String stop)
      throws IOException {
    boolean clean = true;
    long position = marked ? end + Format.FRAME_HEADER : end;
    for (; position < window.size(); position++) {
      position = window.skipZeros(position);
      if (position == window.size()) {
        break;
      }
      boolean frame = window.has(position, Format.FRAME_HEADER);
      int at = window.at(position, frame ? Format.FRAME_HEADER : 1);
      byte[] bytes = window.bytes();
      clean &= bytes[at] == 0;
      if (frame
          && bytes[at] == 'E'
          && Format.frameHeaderValid(bytes, at, seed, position)
          && Format.getLong(bytes, at + 16) > next) {
        throw Format.corrupted(
            disk, name, end, stop + ", and a later record at " + position + " proves it was whole");
      }
    }
    return clean;
  }
}
