package io.edgebeat.core.sim;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps two pictures of everything: what programs see, and what is durable.
 * The difference is a list of operations that {@link #crash} keeps, drops, tears or reorders as the
 * seed decides. It is as mean as the contract of {@link Disk} allows:
 *
 * <ul>
 *   <li>names are lost without a directory sync, even of files whose bytes were synced;
 *   <li>a sync that fails forgets what it should have made durable, so a repeated one lies;
 *   <li>a torn write may leave garbage in place of bytes that it changes, but no write harms bytes
 *       that it does not change.
 * </ul>
 *
 * <p>Safe for use by several threads; the same calls in the same order give the same disk.
 */
public final class SimDisk implements Disk {
  private static final int SECTOR = 512;

  /** What a crash leaves of the operations that were not synced. */
  public enum CrashMode {
    /** Nothing. */
    DROP,
    /** Everything. */
    KEEP,
    /** The first few, and a part of the next one. */
    TEAR,
    /** Any of them, write by write and sector by sector. */
    REORDER
  }

  private final SplittableRandom random;
  private final Map<String, Node> names = new TreeMap<>();
  private final Map<String, Node> durableNames = new TreeMap<>();
  private final List<NameChange> pendingNames = new ArrayList<>();
  private final Set<String> locked = new HashSet<>();

  /** Counts crashes: files and locks of an earlier life are dead. */
  private int life;

  private boolean off;
  private long operations;
  private long offAt = Long.MAX_VALUE;
  private int failWrite;
  private int failSync;
  private long capacity = Long.MAX_VALUE;
  private BiConsumer<String, byte[]> listener = (name, bytes) -> {};

  /**
   * Creates an empty disk.
   *
   * @param seed decides what crashes do
   */
  public SimDisk(long seed) {
    this.random = new SplittableRandom(seed);
  }

  // ---- what a simulation does to the disk ----

  /**
   * How many operations that change something, or sync, were begun.
   *
   * @return the count since the disk was created
   */
  public synchronized long operations() {
    return operations;
  }

  /**
   * Tells of every write that was done.
   *
   * @param writes is given the file's name and the bytes
   */
  public synchronized void listener(BiConsumer<String, byte[]> writes) {
    listener = writes;
  }

  /**
   * Turns the power off in the middle of a later operation; from then on all calls fail until
   * {@link #crash}.
   *
   * @param operation 1 for the next operation
   */
  public synchronized void powerOffAt(long operation) {
    offAt = operations + operation;
  }

  /**
   * Whether the power went off.
   *
   * @return true until the next {@link #crash}
   */
  public synchronized boolean isOff() {
    return off;
  }

  /**
   * Ends the life of all open files and locks, and starts again with what is durable and, as the
   * mode says, some of what is not.
   *
   * @param mode what becomes of unsynced operations
   */
  public synchronized void crash(CrashMode mode) {
    applyNames(mode);
    for (Node node : durableNames.values()) {
      node.crash(mode);
    }
    names.clear();
    names.putAll(durableNames);
    kill();
  }

  /**
   * Ends the life of all open files and locks as the death of a process does: what was written
   * stays to be seen, and what was not synced is still not durable.
   */
  public synchronized void kill() {
    locked.clear();
    life++;
    off = false;
    offAt = Long.MAX_VALUE;
    failWrite = 0;
    failSync = 0;
  }

  /**
   * Lets a later write fail half-way.
   *
   * @param nth 1 for the next write
   */
  public synchronized void failWrite(int nth) {
    failWrite = nth;
  }

  /**
   * Lets a later sync fail, of a file or of the directory.
   *
   * @param nth 1 for the next sync
   */
  public synchronized void failSync(int nth) {
    failSync = nth;
  }

  /**
   * Limits the space.
   *
   * @param bytes how long all files together may be
   */
  public synchronized void limitSpace(long bytes) {
    capacity = bytes;
  }

  /**
   * Lets a bit rot, in what is seen and in what is durable.
   *
   * @param name the file
   * @param offset which byte
   * @param bit which bit of it, 0 to 7
   */
  public synchronized void flip(String name, long offset, int bit) {
    Node node = durableNames.get(name);
    if (node == null || names.get(name) != node || !node.pending.isEmpty()) {
      throw new IllegalStateException(name + " is not synced");
    }
    node.seen.bytes[(int) offset] ^= (byte) (1 << bit);
    node.durable.bytes[(int) offset] ^= (byte) (1 << bit);
  }

  /**
   * The bytes of a file as programs see them.
   *
   * @param name the file
   * @return a copy
   */
  public synchronized byte[] content(String name) {
    Node node = names.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no file " + name);
    }
    return node.seen.copy();
  }

  /**
   * Puts a durable file in place.
   *
   * @param name the file, replaced if it exists
   * @param content its bytes
   */
  public synchronized void plant(String name, byte[] content) {
    Node node = new Node();
    node.seen.write(0, content);
    node.durable.write(0, content);
    names.put(name, node);
    durableNames.put(name, node);
  }

  /**
   * An independent disk with the same files, all of them durable.
   *
   * @param seed of the copy
   * @return the copy
   */
  public synchronized SimDisk copy(long seed) {
    SimDisk copy = new SimDisk(seed);
    names.forEach((name, node) -> copy.plant(name, node.seen.copy()));
    return copy;
  }

  // ---- the disk ----

  @Override
  public String locate(String name) {
    return "sim:/" + name;
  }

  @Override
  public synchronized List<String> list() throws IOException {
    checkPower();
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    begin();
    if (names.containsKey(name)) {
      throw new IOException("file exists: " + name);
    }
    Node node = new Node();
    names.put(name, node);
    pendingNames.add(new NameChange(null, name, node));
    end();
    return new OpenFile(name, node, life);
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    checkPower();
    return new OpenFile(name, node(name), life);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    begin();
    Node node = node(from);
    names.remove(from);
    names.put(to, node);
    pendingNames.add(new NameChange(from, to, node));
    end();
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    begin();
    Node node = node(name);
    names.remove(name);
    pendingNames.add(new NameChange(name, null, node));
    end();
  }

  @Override
  public synchronized void syncDirectory() throws IOException {
    begin();
    end();
    if (failSync > 0 && --failSync == 0) {
      pendingNames.clear();
      throw new IOException("injected: sync of the directory failed");
    }
    durableNames.clear();
    durableNames.putAll(names);
    pendingNames.clear();
  }

  @Override
  public synchronized Lock lock(String name) throws IOException {
    checkPower();
    if (!locked.add(name)) {
      throw new EdgeBeatException(
          ErrorCode.LOCKED,
          RetryAdvice.AFTER_STATE_CHANGE,
          locate(name) + " is locked by another node",
          null);
    }
    int born = life;
    return () -> {
      synchronized (this) {
        if (born == life) {
          locked.remove(name);
        }
      }
    };
  }

  private Node node(String name) throws IOException {
    Node node = names.get(name);
    if (node == null) {
      throw new IOException("no such file: " + name);
    }
    return node;
  }

  private void checkPower() throws IOException {
    if (off) {
      throw new IOException("injected: the power is off");
    }
  }

  private void begin() throws IOException {
    checkPower();
    operations++;
  }

  /** The power may go off once the operation has begun and before it is durable or reported. */
  private void end() throws IOException {
    if (operations >= offAt) {
      off = true;
      throw new IOException("injected: the power went off");
    }
  }

  private void applyNames(CrashMode mode) {
    int whole =
        switch (mode) {
          case DROP -> 0;
          case KEEP, REORDER -> pendingNames.size();
          case TEAR -> random.nextInt(pendingNames.size() + 1);
        };
    for (NameChange change : pendingNames.subList(0, whole)) {
      if (mode != CrashMode.REORDER || random.nextBoolean()) {
        if (change.from != null) {
          durableNames.remove(change.from, change.node);
        }
        if (change.to != null) {
          durableNames.put(change.to, change.node);
        }
      }
    }
    pendingNames.clear();
  }

  private record NameChange(@Nullable String from, @Nullable String to, Node node) {}

  /** A write, or a truncation if {@code bytes} is null. */
  private static final class Change {
    final long position;
    final byte @Nullable [] bytes;

    Change(long position, byte @Nullable [] bytes) {
      this.position = position;
      this.bytes = bytes;
    }
  }

  /** Bytes that grow. */
  private static final class Image {
    private byte[] bytes = new byte[0];
    private int size;

    byte[] copy() {
      return Arrays.copyOf(bytes, size);
    }

    void write(long position, byte[] source) {
      write(position, source, 0, source.length);
    }

    void write(long position, byte[] source, int from, int to) {
      if (from < to) {
        grow(position + to);
        System.arraycopy(source, from, bytes, (int) position + from, to - from);
      }
    }

    void grow(long to) {
      int wanted = Math.toIntExact(to);
      if (wanted > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(wanted, bytes.length * 2));
      }
      size = Math.max(size, wanted);
    }

    void truncate(long to) {
      if (to < size) {
        Arrays.fill(bytes, (int) to, size, (byte) 0);
        size = (int) to;
      }
    }

    void apply(Change change) {
      if (change.bytes == null) {
        truncate(change.position);
      } else {
        write(change.position, change.bytes);
      }
    }
  }

  /** What a name stands for. */
  private final class Node {
    private final Image seen = new Image();
    private final Image durable = new Image();
    private final List<Change> pending = new ArrayList<>();

    void change(Change change) {
      seen.apply(change);
      pending.add(change);
    }

    void sync() {
      pending.forEach(durable::apply);
      pending.clear();
    }

    void crash(CrashMode mode) {
      switch (mode) {
        case DROP -> pending.clear();
        case KEEP -> sync();
        case TEAR -> tear();
        case REORDER -> reorder();
      }
      pending.clear();
      seen.truncate(0);
      seen.write(0, durable.copy());
    }

    private void tear() {
      int whole = random.nextInt(pending.size() + 1);
      pending.subList(0, whole).forEach(durable::apply);
      if (whole == pending.size()) {
        return;
      }
      Change last = pending.get(whole);
      if (last.bytes != null) {
        int part = random.nextInt(last.bytes.length + 1);
        durable.write(last.position, last.bytes, 0, part);
        if (random.nextInt(4) == 0) {
          garble(last, part, Math.min(last.bytes.length, part + SECTOR));
        }
      }
    }

    private void garble(Change change, int from, int to) {
      byte[] bytes = change.bytes;
      if (bytes == null) {
        return;
      }
      for (int i = from; i < to; i++) {
        long at = change.position + i;
        if (at >= durable.size || durable.bytes[(int) at] != bytes[i]) {
          durable.write(at, new byte[] {(byte) random.nextInt()});
        }
      }
    }

    private void reorder() {
      long longest = durable.size;
      for (Change change : pending) {
        byte[] bytes = change.bytes;
        if (bytes == null) {
          if (random.nextBoolean()) {
            durable.apply(change);
          }
          continue;
        }
        longest = Math.max(longest, change.position + bytes.length);
        int from = 0;
        while (from < bytes.length) {
          int to = (int) Math.min(bytes.length, from + SECTOR - (change.position + from) % SECTOR);
          if (random.nextBoolean()) {
            durable.write(change.position, bytes, from, to);
          }
          from = to;
        }
      }
      if (random.nextInt(4) == 0) {
        durable.grow(longest);
      }
    }
  }

  /** An open file of one life. */
  private final class OpenFile implements DiskFile {
    private final String name;
    private final Node node;
    private final int born;
    private boolean closed;

    OpenFile(String name, Node node, int born) {
      this.name = name;
      this.node = node;
      this.born = born;
    }

    private void check() throws IOException {
      checkPower();
      if (closed || born != life) {
        throw new IOException(name + " is closed");
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long size() throws IOException {
      synchronized (SimDisk.this) {
        check();
        return node.seen.size;
      }
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      synchronized (SimDisk.this) {
        check();
        int count = (int) Math.max(0, Math.min(target.remaining(), node.seen.size - position));
        if (count > 0) {
          target.put(node.seen.bytes, (int) position, count);
        }
        return count;
      }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      change(position, bytes);
    }

    @Override
    public void zero(long from, long to) throws IOException {
      change(from, new byte[(int) (to - from)]);
    }

    private void change(long position, byte[] bytes) throws IOException {
      synchronized (SimDisk.this) {
        check();
        begin();
        if (failWrite > 0 && --failWrite == 0) {
          node.change(new Change(position, Arrays.copyOf(bytes, bytes.length / 2)));
          throw new IOException("injected: write to " + name + " failed");
        }
        long growth = position + bytes.length - node.seen.size;
        long free = capacity - used();
        if (growth > free) {
          int part = (int) Math.max(0, bytes.length - (growth - Math.max(0, free)));
          node.change(new Change(position, Arrays.copyOf(bytes, part)));
          throw new IOException("injected: no space left on device");
        }
        node.change(new Change(position, bytes));
        listener.accept(name, bytes);
        end();
      }
    }

    private long used() {
      return names.values().stream().mapToLong(other -> other.seen.size).sum();
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (SimDisk.this) {
        check();
        begin();
        node.change(new Change(size, null));
        end();
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (SimDisk.this) {
        check();
        begin();
        end();
        if (failSync > 0 && --failSync == 0) {
          node.pending.clear();
          throw new IOException("injected: sync of " + name + " failed");
        }
        node.sync();
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
