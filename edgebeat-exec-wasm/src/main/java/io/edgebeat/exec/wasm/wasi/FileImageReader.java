package io.edgebeat.exec.wasm.wasi;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.wasi.Descriptor.HostStream;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenDirectory;
import io.edgebeat.exec.wasm.wasi.Descriptor.OpenFile;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads what {@link FileImage} has written, and refuses everything else. */
final class FileImageReader {
  private final ByteBuffer in;
  private final MemoryFiles files;
  private final Descriptors descriptors;
  private final FileQuota quota;
  private final Map<Long, FileNode> nodes = new LinkedHashMap<>();
  private final Map<Directory, Integer> entriesAt = new LinkedHashMap<>();

  FileImageReader(byte[] image, MemoryFiles files, Descriptors descriptors) {
    this.in = ByteBuffer.wrap(image);
    this.files = files;
    this.descriptors = descriptors;
    this.quota = files.quota;
  }

  void read() {
    try {
      require(in.getInt() == FileImage.MAGIC, "it begins otherwise");
      long lastInode = in.getLong();
      require(lastInode >= 1, "its last inode is " + lastInode);
      readNodes(lastInode);
      if (!(nodes.get(1L) instanceof Directory root) || root.removed) {
        throw bad("it has no root");
      }
      enterNames();
      files.lastInode = lastInode;
      files.root = root;
      descriptors.clear();
      readDescriptors();
      require(!in.hasRemaining(), "bytes follow its end");
      checkTree();
    } catch (BufferUnderflowException e) {
      throw bad("it is cut off");
    } catch (WasiError e) {
      throw bad("it is larger than its quota: " + e.getMessage());
    }
  }

  private void readNodes(long lastInode) throws WasiError {
    int count = count(in.getInt(), 33);
    long last = 0;
    for (int i = 0; i < count; i++) {
      long inode = in.getLong();
      require(inode > last && inode <= lastInode, "inode " + inode + " is out of order");
      last = inode;
      int kind = in.get();
      long accessed = in.getLong();
      long modified = in.getLong();
      long changed = in.getLong();
      FileNode node =
          switch (kind) {
            case FileImage.DIRECTORY -> directory(inode);
            case FileImage.FILE -> file(inode);
            case FileImage.LINK -> link(inode);
            default -> throw bad("kind " + kind + " of inode " + inode + " is unknown");
          };
      node.accessed = accessed;
      node.modified = modified;
      node.changed = changed;
      nodes.put(inode, node);
    }
  }

  private Directory directory(long inode) {
    Directory directory = new Directory(inode, files.now, null);
    directory.removed = bool();
    directory.lastNumber = in.getLong();
    require(directory.lastNumber >= Directory.PARENT, "a directory has no last number");
    entriesAt.put(directory, in.position());
    int count = count(in.getInt(), 20);
    for (int i = 0; i < count; i++) {
      in.getLong();
      in.getLong();
      text(quota.nameBytes());
    }
    return directory;
  }

  private RegularFile file(long inode) throws WasiError {
    RegularFile file = new RegularFile(inode, files.now);
    long size = in.getLong();
    require(size >= 0 && size <= quota.bytes(), "a file has a size of " + size);
    files.space.take(RegularFile.blocks(size)); // before anything of that size is made
    file.resize(size);
    int count = count(in.getInt(), 4 + FileQuota.BLOCK);
    int last = -1;
    for (int i = 0; i < count; i++) {
      int index = in.getInt();
      require(index > last && index < file.blocks(), "block " + index + " is out of order");
      last = index;
      byte[] block = file.blockToWrite((long) index * FileQuota.BLOCK);
      in.get(block);
      long begin = (long) index * FileQuota.BLOCK;
      for (long at = Math.max(size - begin, 0); at < FileQuota.BLOCK; at++) {
        require(block[(int) at] == 0, "bytes lie behind the end of a file");
      }
    }
    return file;
  }

  private SymbolicLink link(long inode) throws WasiError {
    String target = text(quota.pathBytes());
    require(!target.isEmpty() && target.indexOf('\0') < 0, "a link has no target");
    SymbolicLink link = new SymbolicLink(inode, files.now, target);
    files.space.take(link.blocks());
    return link;
  }

  /** When all nodes are known. */
  private void enterNames() throws WasiError {
    int end = in.position();
    for (Map.Entry<Directory, Integer> at : entriesAt.entrySet()) {
      Directory directory = at.getKey();
      in.position(at.getValue());
      long last = Directory.PARENT;
      int count = in.getInt();
      require(count == 0 || !directory.removed, "a removed directory has names");
      for (int i = 0; i < count; i++) {
        long number = in.getLong();
        require(number > last && number <= directory.lastNumber, "a name is out of order");
        last = number;
        FileNode node = node(in.getLong());
        String name = text(quota.nameBytes());
        checkName(name);
        require(directory.get(name) == null, "a name stands twice");
        if (node instanceof Directory inner) {
          require(
              inner.inode != 1 && inner.names == 0 && !inner.removed, "a directory is misplaced");
        }
        directory.put(number, name, node);
        files.space.takeName(0);
      }
      directory.lastNumber = Math.max(directory.lastNumber, last);
    }
    in.position(end);
  }

  private static void checkName(String name) {
    boolean possible =
        !name.isEmpty()
            && !name.equals(".")
            && !name.equals("..")
            && name.indexOf('/') < 0
            && name.indexOf('\0') < 0;
    require(possible, "a name is none: \"" + name + '"');
  }

  private void readDescriptors() throws WasiError {
    int count = count(in.getInt(), 25);
    require(count <= quota.descriptors(), count + " descriptors are too many");
    int last = -1;
    for (int i = 0; i < count; i++) {
      int number = in.getInt();
      require(number > last && number < quota.descriptors(), "descriptor " + number);
      last = number;
      int kind = in.get();
      long base = in.getLong();
      long inheriting = in.getLong();
      int flags = in.getInt();
      Descriptor descriptor = descriptor(kind, base, inheriting, flags);
      descriptor.flags = flags;
      // A descriptor keeps of its rights only those that mean something for it.
      require(
          descriptor.base == base
              && descriptor.inheriting == inheriting
              && (flags & ~Descriptor.ALL_FLAGS) == 0,
          "descriptor " + number + " has rights or flags that nobody has");
      descriptors.checkRoom();
      descriptors.put(number, descriptor);
    }
  }

  private Descriptor descriptor(int kind, long base, long inheriting, int flags) {
    return switch (kind) {
      case FileImage.DIRECTORY -> openDirectory(base, inheriting, flags);
      case FileImage.FILE -> openFile(base, flags);
      case FileImage.INPUT -> stream(HostStream.Kind.INPUT, base & Rights.READ_ONLY);
      case FileImage.OUTPUT -> stream(HostStream.Kind.OUTPUT, base & Rights.WRITE_ONLY);
      case FileImage.LOG -> stream(HostStream.Kind.LOG, base & Rights.WRITE_ONLY);
      case FileImage.CAPABILITY ->
          stream(HostStream.Kind.CAPABILITY, base & (Rights.READ_ONLY | Rights.WRITE_ONLY));
      default -> throw bad("kind " + kind + " of a descriptor is unknown");
    };
  }

  private OpenDirectory openDirectory(long base, long inheriting, int flags) {
    if (!(node(in.getLong()) instanceof Directory directory)) {
      throw bad("a descriptor of no directory");
    }
    boolean preopened = bool();
    require(!preopened || directory.inode == 1, "a preopened directory is not the root");
    return new OpenDirectory(
        directory, base, inheriting, flags, preopened ? Descriptors.ROOT_NAME : null);
  }

  private OpenFile openFile(long base, int flags) {
    if (!(node(in.getLong()) instanceof RegularFile file)) {
      throw bad("a descriptor of no file");
    }
    OpenFile open = new OpenFile(file, base, flags);
    open.position = in.getLong();
    require(open.position >= 0, "a position is negative");
    return open;
  }

  private HostStream stream(HostStream.Kind kind, long base) {
    String name = text(quota.pathBytes());
    require(name.isEmpty() || kind == HostStream.Kind.CAPABILITY, "a stream has a name");
    return new HostStream(kind, name, base);
  }

  /** Every directory that has a name hangs on the root, and nothing is kept for nobody. */
  private void checkTree() {
    for (FileNode node : nodes.values()) {
      boolean isRoot = node.inode == 1;
      require(isRoot || node.names > 0 || node.holders > 0, "inode " + node.inode + " is nobody's");
      if (node instanceof Directory directory && !isRoot) {
        require(directory.removed == (directory.names == 0), "a directory has no place");
        Directory at = directory;
        for (int depth = 0; !directory.removed && at.inode != 1; depth++) {
          require(depth < quota.depth(), "directories lie too deep");
          at = at.parent;
        }
      }
    }
  }

  private FileNode node(long inode) {
    FileNode node = nodes.get(inode);
    if (node == null) {
      throw bad("inode " + inode + " is not there");
    }
    return node;
  }

  /** A number of things that take so many bytes each at least. */
  private int count(int wanted, int bytes) {
    require(wanted >= 0 && wanted <= in.remaining() / bytes, wanted + " things do not fit");
    return wanted;
  }

  private boolean bool() {
    int value = in.get();
    require(value == 0 || value == 1, value + " is neither yes nor no");
    return value == 1;
  }

  private String text(int most) {
    int size = in.getInt();
    require(size >= 0 && size <= most && size <= in.remaining(), "a text of " + size + " bytes");
    byte[] bytes = new byte[size];
    in.get(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw bad("a text is no UTF-8");
    }
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw bad(otherwise);
    }
  }

  private static EdgeBeatException bad(String why) {
    return new EdgeBeatException(ErrorCode.BAD_WORKLOAD, "bad image of files: " + why);
  }
}
