package io.edgebeat.core.embedded.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ListableBlockStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in a directory, and the only class of this package that touches a file:
 *
 * <pre>
 * content-store          one line with the version of this layout; locked while the store is open
 * blocks/3f/bafkrei...   one file per block, fanned out by the first byte of its hash
 * pins/bafybei...        one empty file per pin
 * tmp/                   blocks being written; emptied when the store is opened
 * </pre>
 *
 * <p>A block is written to {@code tmp}, forced to the disk and renamed, so that a block file is
 * complete or absent after a crash. The names of new blocks become durable when a pin is set: only
 * then is somebody told that the file is kept.
 */
final class DiskBlockStore implements ListableBlockStore {
  private static final String MARKER = "content-store";
  private static final String MARKER_TEXT = "EdgeBeat content store, version 1\n";
  private static final int FAN_OUT = 256;

  private final Path directory;
  private final Path blocks;
  private final Path pins;
  private final Path temporary;
  private final FileChannel marker;
  private final boolean canForceDirectories;
  private final AtomicLong temporaryNames = new AtomicLong();

  /** Fan-out directories with names that are not forced to the disk yet; guarded by itself. */
  private final BitSet unforced = new BitSet(FAN_OUT);

  private final Object forcing = new Object();

  private DiskBlockStore(Path directory, FileChannel marker, boolean canForceDirectories) {
    this.directory = directory;
    this.blocks = directory.resolve("blocks");
    this.pins = directory.resolve("pins");
    this.temporary = directory.resolve("tmp");
    this.marker = marker;
    this.canForceDirectories = canForceDirectories;
  }

  /** Opens the store of a directory, which is created when it is not there. */
  static DiskBlockStore open(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel marker =
        FileChannel.open(
            directory.resolve(MARKER),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean opened = false;
    try {
      lock(directory, marker);
      DiskBlockStore store = new DiskBlockStore(directory, marker, canForceDirectories(directory));
      store.prepare();
      opened = true;
      return store;
    } finally {
      if (!opened) {
        marker.close();
      }
    }
  }

  @Override
  public Optional<byte[]> get(ContentId id) throws IOException {
    try (InputStream in = Files.newInputStream(file(id))) {
      return Optional.of(in.readNBytes(MAX_BLOCK_BYTES + 1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean has(ContentId id) {
    return Files.isRegularFile(file(id));
  }

  @Override
  public String place(ContentId id) {
    return file(id).toString();
  }

  @Override
  public void put(ContentId id, byte[] block) throws IOException {
    if (get(id).filter(old -> Arrays.equals(old, block)).isEmpty()) {
      write(file(id), block);
    }
    synchronized (unforced) { // also when it was there: whoever renamed it may not have come here
      unforced.set(bucket(id));
    }
  }

  @Override
  public Collection<ContentId> pins() throws IOException {
    return ids(pins).keySet();
  }

  @Override
  public long sweep(Predicate<ContentId> kept) throws IOException {
    long bytes = 0;
    for (int bucket = 0; bucket < FAN_OUT; bucket++) {
      for (Map.Entry<ContentId, Path> block : ids(blocks.resolve(name(bucket))).entrySet()) {
        if (kept.test(block.getKey())) {
          bytes += Files.size(block.getValue());
        } else {
          Files.deleteIfExists(block.getValue());
        }
      }
    }
    return bytes;
  }

  @Override
  public boolean isPinned(ContentId id) {
    return Files.exists(pins.resolve(id.toString()));
  }

  @Override
  public void pin(ContentId id) throws IOException {
    forceNames();
    try {
      Files.createFile(pins.resolve(id.toString()));
    } catch (FileAlreadyExistsException e) {
      // pinned before; force the name all the same, for the other pin may not have come that far
    }
    force(pins);
  }

  @Override
  public void unpin(ContentId id) throws IOException {
    if (Files.deleteIfExists(pins.resolve(id.toString()))) {
      force(pins);
    }
  }

  @Override
  public void close() throws IOException {
    marker.close();
  }

  @Override
  public String toString() {
    return "directory " + directory;
  }

  private static void lock(Path directory, FileChannel marker) throws IOException {
    FileLock lock;
    try {
      lock = marker.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new EdgeBeatException(
          ErrorCode.LOCKED, "another content store has the directory " + directory + " open");
    }
  }

  /** Windows refuses to open a directory, and then a rename is as durable as it gets. */
  private static boolean canForceDirectories(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
      return true;
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      return false;
    }
  }

  private void prepare() throws IOException {
    byte[] expected = MARKER_TEXT.getBytes(UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(expected.length + 1);
    while (buffer.hasRemaining() && marker.read(buffer) >= 0) {
      // until the end or one byte too many
    }
    byte[] found = Arrays.copyOf(buffer.array(), buffer.position());
    if (found.length < expected.length
        && Arrays.equals(found, 0, found.length, expected, 0, found.length)) {
      create(expected); // new, or the process ended while it was being created
      return;
    }
    if (!Arrays.equals(expected, found)) {
      throw new EdgeBeatException(
          ErrorCode.UNKNOWN_VERSION,
          directory.resolve(MARKER)
              + " is not of a content store that this version can read; expected \""
              + MARKER_TEXT.strip()
              + "\"");
    }
    unforced.set(0, FAN_OUT); // what the last process renamed and did not force any more
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(temporary)) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  private void create(byte[] markerText) throws IOException {
    Files.createDirectories(pins);
    Files.createDirectories(temporary);
    for (int bucket = 0; bucket < FAN_OUT; bucket++) {
      Files.createDirectories(blocks.resolve(name(bucket)));
    }
    force(blocks);
    force(directory);
    marker.truncate(0);
    writeFully(marker, markerText);
    marker.force(true);
  }

  private void write(Path file, byte[] block) throws IOException {
    Path fresh = temporary.resolve(Long.toString(temporaryNames.incrementAndGet()));
    boolean renamed = false;
    try {
      try (FileChannel channel =
          FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeFully(channel, block);
        channel.force(false);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      renamed = true;
    } finally {
      if (!renamed) {
        Files.deleteIfExists(fresh);
      }
    }
  }

  private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /**
   * Returns when every rename before the call is durable, also one that another call is forcing.
   */
  private void forceNames() throws IOException {
    synchronized (forcing) {
      BitSet mine;
      synchronized (unforced) {
        mine = (BitSet) unforced.clone();
        unforced.clear();
      }
      try {
        for (int i = mine.nextSetBit(0); i >= 0; i = mine.nextSetBit(i + 1)) {
          force(blocks.resolve(name(i)));
          mine.clear(i);
        }
      } finally {
        synchronized (unforced) {
          unforced.or(mine);
        }
      }
    }
  }

  private void force(Path directory) throws IOException {
    if (canForceDirectories) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** What lies in a directory under an id. Names that are no id are not ours and stay. */
  private static Map<ContentId, Path> ids(Path directory) throws IOException {
    Map<ContentId, Path> found = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "b*")) {
      for (Path file : files) {
        ContentId id = idOf(file);
        if (id != null) {
          found.put(id, file);
        }
      }
    }
    return found;
  }

  private static @Nullable ContentId idOf(Path file) {
    try {
      return ContentId.parse(file.getFileName().toString());
    } catch (EdgeBeatException e) {
      return null;
    }
  }

  private Path file(ContentId id) {
    return blocks.resolve(name(bucket(id))).resolve(id.toString());
  }

  private static int bucket(ContentId id) {
    return id.hash().toBytes()[0] & 0xff;
  }

  private static String name(int bucket) {
    return HexFormat.of().toHexDigits((byte) bucket);
  }
}
