package io.edgebeat.core.embedded.content;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.storage.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
final class DiskBlockStore implements BlockStore {
  private static final String MARKER = "content-store";
  private static final String MARKER_TEXT = "EdgeBeat content store, version 1\n";
  private static final int FAN_OUT = 256;

  private final Path blocks;
  private final Path pins;
  private final Path temporary;
  private final FileChannel marker;
  private final boolean canForceDirectories;
  private final AtomicLong temporaryNames = new AtomicLong();
  private final Object[] stripes = new Object[FAN_OUT];

  /** Fan-out directories with names that are not forced to the disk yet; guarded by itself. */
  private final BitSet unforced = new BitSet(FAN_OUT);

  private final Object forcing = new Object();

  private DiskBlockStore(Path directory, FileChannel marker, boolean canForceDirectories) {
    this.blocks = directory.resolve("blocks");
    this.pins = directory.resolve("pins");
    this.temporary = directory.resolve("tmp");
    this.marker = marker;
    this.canForceDirectories = canForceDirectories;
    Arrays.setAll(stripes, i -> new Object());
  }

  /** Opens the store of a directory, which is created when it is not there. */
  static DiskBlockStore open(Path directory) {
    String what = "opening the content store " + directory;
    try {
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
        DiskBlockStore store =
            new DiskBlockStore(directory, marker, canForceDirectories(directory));
        store.prepare(directory);
        opened = true;
        return store;
      } finally {
        if (!opened) {
          marker.close();
        }
      }
    } catch (IOException e) {
      throw ContentFaults.io(what, e);
    }
  }

  @Override
  public byte @Nullable [] get(ContentId id) {
    Path file = file(id);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > FileNode.MAX_BLOCK_BYTES) {
        throw ContentFaults.mismatch(
            id, "its file has " + size + " bytes, the limit is " + FileNode.MAX_BLOCK_BYTES);
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // one read is enough, except for a damaged disk
      }
      return buffer.hasRemaining()
          ? Arrays.copyOf(buffer.array(), buffer.position())
          : buffer.array();
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw ContentFaults.io("reading " + file, e);
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
  public long put(ContentId id, byte[] bytes, int length) {
    int bucket = bucket(id);
    Path file = file(id);
    synchronized (stripes[bucket]) {
      byte[] old = sizeOf(file) > FileNode.MAX_BLOCK_BYTES ? new byte[0] : get(id);
      if (old == null || !Arrays.equals(old, 0, old.length, bytes, 0, length)) {
        write(file, bytes, length);
        markUnforced(bucket);
        return old == null ? length : 0;
      }
      return 0;
    }
  }

  @Override
  public long delete(ContentId id) {
    Path file = file(id);
    synchronized (stripes[bucket(id)]) {
      try {
        long size = Math.max(0, sizeOf(file));
        Files.deleteIfExists(file);
        return size;
      } catch (IOException e) {
        throw ContentFaults.io("deleting " + file, e);
      }
    }
  }

  @Override
  public void forEachBlock(Consumer<ContentId> action) {
    for (int bucket = 0; bucket < FAN_OUT; bucket++) {
      forEachId(blocks.resolve(name(bucket)), action);
    }
  }

  @Override
  public long countBytes() {
    long[] sum = new long[1];
    forEachBlock(id -> sum[0] += Math.max(0, sizeOf(file(id))));
    return sum[0];
  }

  @Override
  public boolean isPinned(ContentId id) {
    return Files.exists(pins.resolve(id.toString()));
  }

  @Override
  public void pin(ContentId id) {
    forceNames();
    Path file = pins.resolve(id.toString());
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // pinned before; force the name all the same, for the other pin may not have come that far
    } catch (IOException e) {
      throw ContentFaults.io("writing " + file, e);
    }
    force(pins);
  }

  @Override
  public void unpin(ContentId id) {
    Path file = pins.resolve(id.toString());
    try {
      if (Files.deleteIfExists(file)) {
        force(pins);
      }
    } catch (IOException e) {
      throw ContentFaults.io("deleting " + file, e);
    }
  }

  @Override
  public void forEachPin(Consumer<ContentId> action) {
    forEachId(pins, action);
  }

  @Override
  public void close() {
    try {
      marker.close();
    } catch (IOException e) {
      throw ContentFaults.io("closing " + blocks.resolveSibling(MARKER), e);
    }
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

  private void prepare(Path directory) throws IOException {
    byte[] expected = MARKER_TEXT.getBytes(UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(expected.length + 1);
    while (buffer.hasRemaining() && marker.read(buffer) >= 0) {
      // until the end or one byte too many
    }
    byte[] found = Arrays.copyOf(buffer.array(), buffer.position());
    if (found.length < expected.length
        && Arrays.equals(found, 0, found.length, expected, 0, found.length)) {
      create(directory, expected); // new, or the process ended while it was being created
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

  private void create(Path directory, byte[] markerText) throws IOException {
    Files.createDirectories(pins);
    Files.createDirectories(temporary);
    for (int bucket = 0; bucket < FAN_OUT; bucket++) {
      Files.createDirectories(blocks.resolve(name(bucket)));
    }
    force(blocks);
    force(directory);
    marker.truncate(0);
    writeFully(marker, markerText, markerText.length);
    marker.force(true);
  }

  private void write(Path file, byte[] bytes, int length) {
    Path fresh = temporary.resolve(Long.toString(temporaryNames.incrementAndGet()));
    boolean renamed = false;
    try {
      try {
        try (FileChannel channel =
            FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          writeFully(channel, bytes, length);
          channel.force(false);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        renamed = true;
      } finally {
        if (!renamed) {
          Files.deleteIfExists(fresh);
        }
      }
    } catch (IOException e) {
      throw ContentFaults.io("writing " + file, e);
    }
  }

  private static void writeFully(FileChannel channel, byte[] bytes, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private void markUnforced(int bucket) {
    synchronized (unforced) {
      unforced.set(bucket);
    }
  }

  /**
   * Returns when every rename before the call is durable, also one that another call is forcing.
   */
  private void forceNames() {
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

  private void force(Path directory) {
    if (!canForceDirectories) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw ContentFaults.io("forcing " + directory + " to the disk", e);
    }
  }

  /** Names that are no id are not ours and stay. */
  private static void forEachId(Path directory, Consumer<ContentId> action) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "b*")) {
      for (Path file : files) {
        ContentId id = idOf(file);
        if (id != null) {
          action.accept(id);
        }
      }
    } catch (DirectoryIteratorException e) {
      IOException cause = e.getCause();
      throw ContentFaults.io("listing " + directory, cause == null ? new IOException(e) : cause);
    } catch (IOException e) {
      throw ContentFaults.io("listing " + directory, e);
    }
  }

  private static @Nullable ContentId idOf(Path file) {
    try {
      return ContentId.parse(file.getFileName().toString());
    } catch (EdgeBeatException e) {
      return null;
    }
  }

  /** The size of a file, or -1 when it is not there. */
  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    } catch (IOException e) {
      throw ContentFaults.io("reading the size of " + file, e);
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
