package io.edgebeat.exec.wasm.wasi;

import io.edgebeat.exec.wasm.wasi.Descriptor.HostStream;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenDirectory;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files and descriptors as bytes, in one spelling: equal states have equal bytes, and what is
 * restored goes on as the original would, down to the work it pays for. All numbers have the most
 * significant byte first; texts are their size in bytes and UTF-8.
 *
 * <pre>
 * image      = magic, last inode, count, node*, count, descriptor*
 * node       = inode, kind, accessed, modified, changed, (directory | file | link)   by inode
 * directory  = removed, last number, count, (number, inode, name)*                   by number
 * file       = size, count, (index, 4096 bytes)*                                     by index
 * link       = target
 * descriptor = number, kind, rights, inherited rights, flags, (node, position | node, preopened |
 *              name)                                                                 by number
 * </pre>
 */
public final class FileImage {
  static final int MAGIC = 0x45424631;
  static final int DIRECTORY = 1;
  static final int FILE = 2;
  static final int LINK = 3;
  static final int INPUT = 4;
  static final int OUTPUT = 5;
  static final int LOG = 6;
  static final int CAPABILITY = 7;

  private FileImage() {}

  /**
   * Writes down everything.
   *
   * @param files the files
   * @param descriptors what is open
   * @return the image
   */
  public static byte[] write(MemoryFiles files, Descriptors descriptors) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeLong(files.lastInode);
      SortedMap<Long, FileNode> nodes = nodes(files, descriptors);
      out.writeInt(nodes.size());
      for (FileNode node : nodes.values()) {
        write(out, node);
      }
      int[] numbers = descriptors.numbers().stream().toArray();
      out.writeInt(numbers.length);
      for (int number : numbers) {
        out.writeInt(number);
        write(out, descriptors.get(number));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (WasiError e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static SortedMap<Long, FileNode> nodes(MemoryFiles files, Descriptors descriptors)
      throws WasiError {
    SortedMap<Long, FileNode> nodes = new TreeMap<>();
    Deque<FileNode> open = new ArrayDeque<>();
    open.add(files.root);
    for (int number : descriptors.numbers().stream().toArray()) {
      FileNode node = descriptors.get(number).node();
      if (node != null) {
        open.add(node);
      }
    }
    while (!open.isEmpty()) {
      FileNode node = open.remove();
      if (nodes.put(node.inode, node) == null && node instanceof Directory directory) {
        directory.entries().forEach(entry -> open.add(entry.node()));
      }
    }
    return nodes;
  }

  private static void write(DataOutputStream out, FileNode node) throws IOException {
    out.writeLong(node.inode);
    out.writeByte(
        switch (node) {
          case Directory directory -> DIRECTORY;
          case RegularFile file -> FILE;
          case SymbolicLink link -> LINK;
        });
    out.writeLong(node.accessed);
    out.writeLong(node.modified);
    out.writeLong(node.changed);
    switch (node) {
      case Directory directory -> write(out, directory);
      case RegularFile file -> write(out, file);
      case SymbolicLink link -> text(out, link.target);
    }
  }

  private static void write(DataOutputStream out, Directory directory) throws IOException {
    out.writeBoolean(directory.removed);
    out.writeLong(directory.lastNumber);
    out.writeInt(directory.count());
    for (Directory.Entry entry : directory.entries()) {
      out.writeLong(entry.number());
      out.writeLong(entry.node().inode);
      text(out, entry.name());
    }
  }

  private static void write(DataOutputStream out, RegularFile file) throws IOException {
    out.writeLong(file.size());
    int[] present = file.present();
    out.writeInt(present.length);
    for (int index : present) {
      out.writeInt(index);
      out.write(file.blockAt((long) index * FileQuota.BLOCK));
    }
  }

  private static void write(DataOutputStream out, Descriptor descriptor) throws IOException {
    out.writeByte(
        switch (descriptor) {
          case OpenDirectory open -> DIRECTORY;
          case OpenFile open -> FILE;
          case HostStream stream ->
              switch (stream.kind()) {
                case INPUT -> INPUT;
                case OUTPUT -> OUTPUT;
                case LOG -> LOG;
                case CAPABILITY -> CAPABILITY;
              };
        });
    out.writeLong(descriptor.base);
    out.writeLong(descriptor.inheriting);
    out.writeInt(descriptor.flags);
    switch (descriptor) {
      case OpenDirectory open -> {
        out.writeLong(open.directory.inode);
        out.writeBoolean(open.preopenedAs != null);
      }
      case OpenFile open -> {
        out.writeLong(open.file.inode);
        out.writeLong(open.position);
      }
      case HostStream stream -> text(out, stream.name());
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Puts files and descriptors in the place of those that a guest begins with. An image may come
   * from a stranger: nothing is believed.
   *
   * @param image the image
   * @param files fresh files, with the same quota and clock as those of the image
   * @param descriptors their fresh descriptors
   * @throws io.edgebeat.api.error.EdgeBeatException {@code BAD_WORKLOAD} when it is no image
   */
  public static void restore(byte[] image, MemoryFiles files, Descriptors descriptors) {
    new FileImageReader(image, files, descriptors).read();
  }
}
