package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.Descriptor;
import io.edgebeat.exec.wasm.wasi.Descriptor.HostStream;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenFile;
import io.edgebeat.exec.wasm.wasi.DescriptorStatus;
import io.edgebeat.exec.wasm.wasi.Descriptors;
import io.edgebeat.exec.wasm.wasi.DirectoryEntry;
import io.edgebeat.exec.wasm.wasi.Errno;
import io.edgebeat.exec.wasm.wasi.FileCalls;
import io.edgebeat.exec.wasm.wasi.FileQuota;
import io.edgebeat.exec.wasm.wasi.FileStatus;
import io.edgebeat.exec.wasm.wasi.PathCalls;
import io.edgebeat.exec.wasm.wasi.WasiError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The functions {@code fd_*} and {@code path_*}: takes their arguments out of the guest's memory,
 * and puts the answers there. Every address is checked before anything is changed.
 */
final class FileFunctions {
  private static final int FDSTAT_BYTES = 24;
  private static final int FILESTAT_BYTES = 64;
  private static final int DIRENT_BYTES = 24;
  private static final int ENTRIES = 64;

  final Descriptors descriptors;
  final FileCalls files;
  final PathCalls paths;
  private final StreamFunctions streams;
  private final FileQuota quota;

  FileFunctions(
      Descriptors descriptors,
      FileCalls files,
      PathCalls paths,
      StreamFunctions streams,
      FileQuota quota) {
    this.descriptors = descriptors;
    this.files = files;
    this.paths = paths;
    this.streams = streams;
    this.quota = quota;
  }

  /** A path in the guest's memory. */
  String path(PaidMemory memory, long address, long size) throws Fault, WasiError {
    memory.check(address, size);
    if (size > quota.pathBytes()) {
      throw new WasiError(Errno.NAMETOOLONG);
    }
    byte[] bytes = memory.read(address, (int) size);
    String path;
    try {
      path = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new WasiError(Errno.ILSEQ);
    }
    if (path.indexOf('\0') >= 0) {
      throw new WasiError(Errno.INVAL);
    }
    return path;
  }

  /** A descriptor of a function that is for sockets alone. */
  long socket(int fd) throws WasiError {
    descriptors.get(fd);
    return Errno.NOTSOCK;
  }

  void read(PaidMemory memory, int fd, long address, long count, long result)
      throws Fault, WasiError, InterruptedException {
    Descriptor from = descriptors.toRead(fd);
    Buffers buffers = Buffers.of(memory, address, count);
    memory.checkWord(result);
    int done;
    if (from instanceof OpenFile open) {
      done = readFile(open, open.position(), buffers);
      files.moveTo(open, open.position() + done);
    } else {
      done = streams.read((HostStream) from, buffers);
    }
    memory.writeWord(result, done);
  }

  void readAt(PaidMemory memory, int fd, long address, long count, long position, long result)
      throws Fault, WasiError {
    OpenFile open = files.toReadAt(fd, position);
    Buffers buffers = Buffers.of(memory, address, count);
    memory.checkWord(result);
    memory.writeWord(result, readFile(open, position, buffers));
  }

  private int readFile(OpenFile open, long position, Buffers buffers) throws Fault {
    return files.<Fault>read(open, position, buffers.total(), buffers::put);
  }

  void write(PaidMemory memory, int fd, long address, long count, long result)
      throws Fault, WasiError, InterruptedException {
    Descriptor to = descriptors.toWrite(fd);
    Buffers buffers = Buffers.of(memory, address, count);
    memory.checkWord(result);
    int done = buffers.total();
    if (to instanceof OpenFile open) {
      long position = files.writePosition(open);
      done = writeFile(open, position, buffers);
      files.moveTo(open, position + done);
    } else {
      streams.write((HostStream) to, buffers);
    }
    memory.writeWord(result, done);
  }

  void writeAt(PaidMemory memory, int fd, long address, long count, long position, long result)
      throws Fault, WasiError {
    OpenFile open = files.toWriteAt(fd, position);
    Buffers buffers = Buffers.of(memory, address, count);
    memory.checkWord(result);
    memory.writeWord(result, writeFile(open, position, buffers));
  }

  private int writeFile(OpenFile open, long position, Buffers buffers) throws Fault, WasiError {
    int count = files.reserve(open, position, buffers.total());
    files.<Fault>write(open, position, count, buffers::take);
    return count;
  }

  void seek(PaidMemory memory, int fd, long delta, int whence, long result)
      throws Fault, WasiError {
    memory.check(result, 8);
    memory.writeLong(result, files.seek(fd, delta, whence));
  }

  void tell(PaidMemory memory, int fd, long result) throws Fault, WasiError {
    memory.check(result, 8);
    memory.writeLong(result, files.tell(fd));
  }

  void descriptorStatus(PaidMemory memory, int fd, long result) throws Fault, WasiError {
    DescriptorStatus status = descriptors.status(fd);
    byte[] bytes = new byte[FDSTAT_BYTES];
    ByteBuffer view = view(bytes);
    view.put(0, (byte) status.type().code());
    view.putShort(2, (short) status.flags());
    view.putLong(8, status.base());
    view.putLong(16, status.inheriting());
    memory.write(result, bytes, 0, FDSTAT_BYTES);
  }

  void status(PaidMemory memory, int fd, long result) throws Fault, WasiError {
    write(memory, files.status(fd), result);
  }

  void statusOf(PaidMemory memory, int fd, int lookup, String path, long result)
      throws Fault, WasiError {
    write(memory, paths.status(fd, lookup, path), result);
  }

  private static void write(PaidMemory memory, FileStatus status, long result) throws Fault {
    byte[] bytes = new byte[FILESTAT_BYTES];
    ByteBuffer view = view(bytes);
    view.putLong(8, status.inode());
    view.put(16, (byte) status.type().code());
    view.putLong(24, status.links());
    view.putLong(32, status.size());
    view.putLong(40, status.accessed());
    view.putLong(48, status.modified());
    view.putLong(56, status.changed());
    memory.write(result, bytes, 0, FILESTAT_BYTES);
  }

  void preopened(PaidMemory memory, int fd, long result) throws Fault, WasiError {
    byte[] name = descriptors.preopenedName(fd).getBytes(StandardCharsets.UTF_8);
    int word = memory.wordBytes();
    byte[] bytes = new byte[2 * word]; // the tag 0 in front says that it is a directory
    view(bytes).putInt(word, name.length);
    memory.write(result, bytes, 0, bytes.length);
  }

  void preopenedName(PaidMemory memory, int fd, long address, long size) throws Fault, WasiError {
    byte[] name = descriptors.preopenedName(fd).getBytes(StandardCharsets.UTF_8);
    if (size < name.length) {
      throw new WasiError(Errno.NAMETOOLONG);
    }
    memory.write(address, name, 0, name.length);
  }

  void list(PaidMemory memory, int fd, long address, long size, long cookie, long result)
      throws Fault, WasiError {
    memory.check(address, size);
    memory.checkWord(result);
    long used = 0;
    long next = cookie;
    List<DirectoryEntry> entries;
    do {
      entries = files.list(fd, next, ENTRIES);
      for (DirectoryEntry entry : entries) {
        byte[] bytes = layout(entry);
        int part = (int) Math.min(bytes.length, size - used);
        memory.write(address + used, bytes, 0, part);
        used += part;
        next = entry.cookie();
      }
    } while (used < size && !entries.isEmpty());
    memory.writeWord(result, used);
  }

  private static byte[] layout(DirectoryEntry entry) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[DIRENT_BYTES + name.length];
    ByteBuffer view = view(bytes);
    view.putLong(0, entry.cookie());
    view.putLong(8, entry.inode());
    view.putInt(16, name.length);
    view.put(20, (byte) entry.type().code());
    view.put(DIRENT_BYTES, name);
    return bytes;
  }

  /** To write numbers as a guest's memory holds them. */
  private static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** {@code path_open}; {@code a} is what the guest gave. */
  void open(PaidMemory memory, long[] a) throws Fault, WasiError {
    memory.check(a[8], Integer.BYTES);
    String path = path(memory, a[2], a[3]);
    int fd = paths.open((int) a[0], (int) a[1], path, (int) a[4], a[5], a[6], (int) a[7]);
    memory.writeInt(a[8], fd);
  }

  void readLink(PaidMemory memory, int fd, String path, long address, long size, long result)
      throws Fault, WasiError {
    memory.check(address, size);
    memory.checkWord(result);
    byte[] target = paths.readLink(fd, path).getBytes(StandardCharsets.UTF_8);
    byte[] part = Arrays.copyOf(target, (int) Math.min(size, target.length));
    memory.write(address, part, 0, part.length);
    memory.writeWord(result, part.length);
  }

  /**
   * Opens the stream of a granted capability; opening one that is open gives the same descriptor.
   * After it was closed it goes on where it was, because there is one session for the whole task.
   */
  long openStream(PaidMemory memory, long address, long size) {
    try {
      String name = path(memory, address, size);
      return streams.isGranted(name) ? descriptors.openStream(name) : -Errno.NOTCAPABLE;
    } catch (Fault e) {
      return -Errno.FAULT;
    } catch (WasiError e) {
      return e.errno() == Errno.MFILE ? -Errno.MFILE : -Errno.NOTCAPABLE;
    }
  }
}
