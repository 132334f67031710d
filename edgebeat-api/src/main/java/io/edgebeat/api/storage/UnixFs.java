package io.edgebeat.api.storage;

import java.util.Arrays;

/**
 * The UnixFS message of a file (UnixFS specification, {@code Data}), as it stands in the data field
 * of a dag-pb node.
 */
final class UnixFs {
  private static final int TYPE = 1;
  private static final int DATA = 2;
  private static final int FILE_SIZE = 3;
  private static final int BLOCK_SIZES = 4;
  private static final int MODE = 7;
  private static final int MODIFIED = 8;

  private static final int TYPE_RAW = 0;
  private static final int TYPE_FILE = 2;
  private static final String[] TYPE_NAMES = {
    "raw", "directory", "file", "metadata", "symlink", "sharded directory"
  };

  private final byte[] inline;
  private final long fileSize;
  private final long[] blockSizes;

  private UnixFs(byte[] inline, long fileSize, long[] blockSizes) {
    this.inline = inline;
    this.fileSize = fileSize;
    this.blockSizes = blockSizes;
  }

  /** The bytes that the node holds itself. */
  byte[] inline() {
    return inline;
  }

  /** The declared size of everything in and below this node. */
  long fileSize() {
    return fileSize;
  }

  /** The declared size of everything below each link. */
  long[] blockSizes() {
    return blockSizes;
  }

  /** Encodes an inner node: no bytes of its own. */
  static byte[] encodeInner(long fileSize, long[] blockSizes, int count) {
    WireWriter writer = new WireWriter(16 + count * 6);
    writer.number(TYPE, TYPE_FILE);
    writer.number(FILE_SIZE, fileSize);
    for (int i = 0; i < count; i++) {
      writer.number(BLOCK_SIZES, blockSizes[i]);
    }
    return writer.toBytes();
  }

  static UnixFs decode(byte[] data, int maxLinks) throws MalformedBlockException {
    WireReader reader = new WireReader(data, "UnixFS data");
    byte[] inline = null;
    long fileSize = -1;
    long[] sizes = new long[16];
    int count = 0;
    int last = 0;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      if (field < last || (field == last && field != BLOCK_SIZES)) {
        throw reader.unexpected();
      }
      if (last == 0 && field != TYPE) {
        throw reader.malformed("no type");
      }
      last = field;
      switch (field) {
        case TYPE -> checkType(reader.number());
        case DATA -> inline = reader.bytes();
        case FILE_SIZE -> fileSize = reader.number();
        case BLOCK_SIZES -> {
          if (count == maxLinks) {
            throw reader.malformed("more than " + maxLinks + " block sizes");
          }
          if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, count * 2);
          }
          sizes[count++] = reader.number();
        }
        case MODE -> reader.number(); // a file's metadata, which a content store has no use for
        case MODIFIED -> reader.bytes();
        default -> throw reader.unexpected();
      }
    }
    if (last == 0) {
      throw reader.malformed("no type");
    }
    if (fileSize < 0) {
      throw reader.malformed("no file size");
    }
    return new UnixFs(inline == null ? new byte[0] : inline, fileSize, Arrays.copyOf(sizes, count));
  }

  private static void checkType(long type) throws MalformedBlockException {
    if (type != TYPE_FILE && type != TYPE_RAW) {
      throw MalformedBlockException.ofOtherType(
          "it is a UnixFS "
              + (type < TYPE_NAMES.length ? TYPE_NAMES[(int) type] : "node of unknown type " + type)
              + " and not a file");
    }
  }
}
