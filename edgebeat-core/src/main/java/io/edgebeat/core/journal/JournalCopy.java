package io.edgebeat.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Copies the files of an open journal as far as they are durable. */
final class JournalCopy implements JournalReplay {
  private static final int CHUNK = 1 << 20;

  private final Disk source;
  private final Disk target;
  private final Recoverer reader;
  private final JournalOptions options;
  private String touched = "";

  JournalCopy(Disk source, JournalOptions options, Disk target) {
    this.source = source;
    this.target = target;
    this.options = options;
    this.reader = new Recoverer(source, options, this);
  }

  /** The file that was touched last, for the message of an {@link IOException}. */
  String touched() {
    return touched.isEmpty() ? source.locate(reader.touched()) : touched;
  }

  void run(List<Long> segments, List<Long> snapshots, long upTo) throws IOException {
    // Checks the bytes that count, and finds where the last record ends.
    reader.read(segments, snapshots, upTo);
    for (long snapshot : snapshots) {
      copy(Format.snapshotName(snapshot), Long.MAX_VALUE, new byte[0]);
    }
    long last = segments.stream().filter(first -> first <= upTo + 1).reduce((a, b) -> b).orElse(1L);
    for (long first : segments) {
      if (first < last) {
        copy(Format.segmentName(first), Long.MAX_VALUE, new byte[0]);
      } else if (first == last) {
        boolean holdsNothing = first == upTo + 1;
        long end = holdsNothing ? Format.FILE_HEADER : reader.end();
        byte[] mark =
            Format.mark(
                new byte[Format.FRAME_HEADER],
                upTo + 1,
                Format.segmentSeed(options.id(), first),
                end);
        copy(Format.segmentName(first), end, mark);
      }
    }
    target.syncDirectory();
  }

  private void copy(String name, long end, byte[] behind) throws IOException {
    touched = source.locate(name);
    try (DiskFile from = source.openToRead(name);
        DiskFile to = target.create(name)) {
      long size = Math.min(end, from.size());
      for (long at = 0; at < size; ) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(CHUNK, size - at));
        int count = from.read(at, bytes);
        touched = target.locate(name);
        to.write(at, bytes.flip());
        touched = source.locate(name);
        if (count == 0) {
          throw new IOException("the file ends at " + at + " of " + size);
        }
        at += count;
      }
      touched = target.locate(name);
      to.write(size, ByteBuffer.wrap(behind));
      to.sync();
    }
  }

  @Override
  public void snapshot(byte[] state, long upToSequence) {
    // Only its checksum matters here.
  }

  @Override
  public void record(long sequence, byte[] payload) {
    // Likewise.
  }
}
