package io.edgebeat.api.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks that match their id and are meant to do harm: refused, with the block and the reason. */
class HostileDagTest {
  private final TestBlocks blocks = new TestBlocks();
  private final BoundedContentStore store = new BoundedContentStore(blocks, Long.MAX_VALUE);

  @AfterEach
  void close() {
    store.close();
  }

  /** One hostile block: the refusal names this block, whether it is a root or a child. */
  record Hostile(String name, Function<HostileDagTest, byte[]> block, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Hostile> hostileBlocks() {
    return List.of(
        new Hostile("no bytes at all", t -> new byte[0], "no UnixFS data"),
        new Hostile("not protobuf", t -> "hello".getBytes(UTF_8), "field 13"),
        new Hostile(
            "garbage behind the node",
            t -> join(t.twoLeaves(), new byte[] {0}),
            "field number 0 before byte"),
        new Hostile(
            "well-formed garbage behind the node",
            t -> join(t.twoLeaves(), new byte[] {0x18, 1}),
            "unknown, repeated or misplaced field 3"),
        new Hostile(
            "data twice",
            t -> join(t.twoLeaves(), node(List.of(), file(0))),
            "unknown, repeated or misplaced field 1"),
        new Hostile(
            "links behind data",
            t -> join(node(List.of(), file(0)), t.twoLeaves()),
            "unknown, repeated or misplaced field 2"),
        new Hostile("links without data", t -> links(List.of(t.leaf(3))), "no UnixFS data"),
        new Hostile(
            "cut off", t -> Arrays.copyOf(t.twoLeaves(), t.twoLeaves().length - 1), "over the end"),
        new Hostile(
            "length of 2^62",
            t -> new byte[] {0x0a, -1, -1, -1, -1, -1, -1, -1, -1, 0x3f},
            "runs over the end"),
        new Hostile(
            "length that is negative in 64 bits",
            t -> new byte[] {0x0a, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            "more than 63 bits"),
        new Hostile(
            "varint without end",
            t -> new byte[] {0x0a, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
            "more than 63 bits"),
        new Hostile("varint cut off", t -> new byte[] {0x0a, -1}, "number cut off by the end"),
        new Hostile(
            "varint longer than needed",
            t -> new byte[] {(byte) 0x8a, 0, 0},
            "not of minimal length"),
        new Hostile("wrong wire type", t -> new byte[] {0x08, 1}, "field 1 has wire type 0"),
        new Hostile("group wire type", t -> new byte[] {0x13, 0x14}, "field 2 has wire type 3"),
        new Hostile(
            "link with a name",
            t -> join(rawLink(t.leaf(3), "a", 3), data(file(3, 3))),
            "a name, which no part of a file has"),
        new Hostile(
            "link without hash",
            t -> join(new byte[] {0x12, 2, 0x18, 3}, data(file(3, 3))),
            "no hash"),
        new Hostile(
            "link with an old hash",
            t -> {
              WireWriter link = new WireWriter(64);
              byte[] version0 = new byte[34];
              version0[0] = 0x12;
              version0[1] = 32;
              link.bytes(1, version0, 34);
              return join(message(2, link), data(file(3, 3)));
            },
            "no CID version 1"),
        new Hostile(
            "link with another hash function",
            t -> {
              WireWriter link = new WireWriter(64);
              byte[] cid = t.leaf(3).toBytes();
              cid[2] = 0x16;
              link.bytes(1, cid, 36);
              return join(message(2, link), data(file(3, 3)));
            },
            "no CID version 1"),
        new Hostile(
            "link with two hashes",
            t -> {
              WireWriter link = new WireWriter(100);
              link.bytes(1, t.leaf(3).toBytes(), 36);
              link.bytes(1, t.leaf(4).toBytes(), 36);
              return join(message(2, link), data(file(3, 3)));
            },
            "unknown, repeated or misplaced field 1"),
        new Hostile(
            "more links than sizes",
            t -> node(List.of(t.leaf(3), t.leaf(4)), file(3, 3)),
            "2 links and 1 block sizes"),
        new Hostile(
            "more sizes than links",
            t -> node(List.of(t.leaf(3)), file(7, 3, 4)),
            "1 links and 2 block sizes"),
        new Hostile(
            "sizes without links", t -> node(List.of(), file(3, 3)), "0 links and 1 block sizes"),
        new Hostile(
            "file size too large",
            t -> node(List.of(t.leaf(3), t.leaf(4)), file(8, 3, 4)),
            "file size 8 where its parts add up to 7"),
        new Hostile(
            "file size too small",
            t -> node(List.of(t.leaf(3), t.leaf(4)), file(6, 3, 4)),
            "file size 6 where its parts add up to 7"),
        new Hostile(
            "sizes that overflow",
            t -> node(List.of(t.leaf(3), t.leaf(4)), file(1, Long.MAX_VALUE, 2)),
            "more than 63 bits"),
        new Hostile(
            "link of no bytes",
            t -> node(List.of(t.leaf(0), t.leaf(3)), file(3, 0, 3)),
            "block size 0 for link 0"),
        new Hostile(
            "bytes and links in one node",
            t -> node(List.of(t.leaf(3)), fileWithBytes(2, new byte[2], 5, 3)),
            "links and 2 bytes in one node"),
        new Hostile(
            "bytes shorter than the file size",
            t -> node(List.of(), fileWithBytes(2, new byte[2], 3)),
            "file size 3 where its parts add up to 2"),
        new Hostile("no UnixFS type", t -> node(List.of(), new byte[] {0x18, 0}), "no type"),
        new Hostile("empty UnixFS data", t -> node(List.of(), new byte[0]), "no type"),
        new Hostile("no file size", t -> node(List.of(), new byte[] {0x08, 2}), "no file size"),
        new Hostile(
            "garbage behind the UnixFS data",
            t -> node(List.of(), join(file(0), new byte[] {5})),
            "UnixFS data: field number 0"),
        new Hostile(
            "unknown UnixFS field",
            t -> node(List.of(), join(file(0), new byte[] {0x48, 5})),
            "unknown, repeated or misplaced field 9"),
        new Hostile(
            "file size twice",
            t -> node(List.of(), join(file(0), new byte[] {0x18, 5})),
            "unknown, repeated or misplaced field 3"),
        new Hostile(
            "packed block sizes",
            t -> node(List.of(t.leaf(3)), join(file(3), new byte[] {0x22, 1, 3})),
            "field 4 has wire type 2"),
        new Hostile(
            "more links than are read",
            t -> {
              List<ContentId> many = new ArrayList<>();
              long[] sizes = new long[FileNode.MAX_LINKS + 1];
              for (int i = 0; i < sizes.length; i++) {
                many.add(t.leaf(1));
                sizes[i] = 1;
              }
              return node(many, file(sizes.length, sizes));
            },
            "more than 8192 links"),
        new Hostile(
            "more sizes than are read",
            t -> {
              long[] sizes = new long[FileNode.MAX_LINKS + 1];
              Arrays.fill(sizes, 1);
              return node(List.of(t.leaf(1)), file(sizes.length, sizes));
            },
            "more than 8192 block sizes"));
  }

  @ParameterizedTest
  @MethodSource("hostileBlocks")
  void hostileBlockIsRefusedAsRoot(Hostile hostile) {
    ContentId id = node(hostile.block.apply(this));
    assertRefused(() -> store.open(id), ErrorCode.CONTENT_MISMATCH, id, hostile.reason);
    assertRefused(() -> store.stat(id), ErrorCode.CONTENT_MISMATCH, id, hostile.reason);
    assertRefused(() -> store.pin(id), ErrorCode.CONTENT_MISMATCH, id, hostile.reason);
  }

  @ParameterizedTest
  @MethodSource("hostileBlocks")
  void hostileBlockIsRefusedBehindGoodBytes(Hostile hostile) throws IOException {
    ContentId child = node(hostile.block.apply(this));
    ContentId root = node(node(List.of(leaf(5), child), file(8, 5, 3)));
    try (ContentReader reader = store.open(root)) {
      assertThat(reader.stream().readNBytes(5)).isEqualTo(leafBytes(5));
      assertRefused(
          () -> reader.stream().read(), ErrorCode.CONTENT_MISMATCH, child, hostile.reason);
      assertRefused(
          () -> reader.stream().read(), ErrorCode.CONTENT_MISMATCH, child, hostile.reason);
      assertRefused(() -> reader.readAll(100), ErrorCode.CONTENT_MISMATCH, child, hostile.reason);
    }
    assertRefused(() -> store.stat(root), ErrorCode.CONTENT_MISMATCH, child, hostile.reason);
  }

  @Test
  void whatIsNoFileIsRefusedAsAnArgumentAndAsAPartOfAFile() {
    String[] names = {"directory", "metadata", "symlink", "sharded directory", "unknown type 6"};
    int[] types = {1, 3, 4, 5, 6};
    for (int i = 0; i < types.length; i++) {
      ContentId id = node(node(List.of(), new byte[] {0x08, (byte) types[i]}));
      assertRefused(() -> store.open(id), ErrorCode.INVALID_ARGUMENT, id, names[i]);
      ContentId root = node(node(List.of(id), file(3, 3)));
      assertRefused(() -> readAll(root), ErrorCode.CONTENT_MISMATCH, id, names[i]);
    }
  }

  @Test
  void childOfAnotherSizeThanDeclaredIsRefusedBeforeItsFirstByte() throws IOException {
    ContentId inner = node(node(List.of(leaf(3), leaf(4)), file(7, 3, 4)));
    for (ContentId child : List.of(leaf(6), leaf(8), leaf(0), inner)) {
      long declared = child.equals(inner) ? 8 : 7;
      ContentId root = node(node(List.of(leaf(2), child), file(2 + declared, 2, declared)));
      try (ContentReader reader = store.open(root)) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertRefused(
            () -> reader.stream().transferTo(out),
            ErrorCode.CONTENT_MISMATCH,
            child,
            "its parent " + root + " declares " + declared);
        assertThat(out.toByteArray()).isEqualTo(leafBytes(2));
      }
    }
  }

  @Test
  void chainThatIsTooDeepIsRefused() {
    ContentId id = leaf(3);
    for (int depth = 1; depth <= FileNode.MAX_DEPTH; depth++) {
      id = node(node(List.of(id), file(3, 3)));
    }
    assertThat(readAll(id)).isEqualTo(leafBytes(3));
    assertThat(store.stat(id).blocks()).isEqualTo(FileNode.MAX_DEPTH + 1L);

    ContentId deepest = leaf(3);
    ContentId refused = node(node(List.of(deepest), file(3, 3)));
    ContentId tooDeep = node(node(List.of(id), file(3, 3)));
    assertRefused(() -> readAll(tooDeep), ErrorCode.CONTENT_MISMATCH, refused, "16 nodes below");
    assertRefused(() -> store.stat(tooDeep), ErrorCode.CONTENT_MISMATCH, refused, "16 nodes below");
    assertRefused(() -> store.has(tooDeep), ErrorCode.CONTENT_MISMATCH, refused, "16 nodes below");
  }

  @Test
  void fewBlocksThatStandForAHugeFileCostNothingUntilTheyAreRead() throws IOException {
    ContentId id = leaf(1);
    long size = 1;
    for (int depth = 1; depth <= 6; depth++) {
      ContentId[] same = new ContentId[1024];
      Arrays.fill(same, id);
      long[] sizes = new long[1024];
      Arrays.fill(sizes, size);
      size *= 1024;
      id = node(node(List.of(same), file(size, sizes)));
    }
    ContentId bomb = id;
    assertThat(store.has(bomb)).isTrue();
    assertThat(store.stat(bomb).blocks()).isEqualTo(7);
    assertThat(store.stat(bomb).sizeBytes()).isEqualTo(1L << 60);
    store.pin(bomb);
    store.collect();
    assertThat(store.has(bomb)).isTrue();
    try (ContentReader reader = store.open(bomb)) {
      assertThat(reader.stream().readNBytes(5000)).containsOnly(leafBytes(1)[0]);
      assertThatThrownBy(() -> reader.readAll(Long.MAX_VALUE))
          .isInstanceOfSatisfying(
              EdgeBeatException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CONTENT_TOO_LARGE))
          .hasMessageContaining(Long.toString(1L << 60));
    }
  }

  @Test
  void missingBlockInTheMiddleIsNamed() throws IOException {
    ContentId missing = ContentId.ofRaw(new byte[] {9, 9, 9});
    ContentId missingNode = new ContentId(ContentId.Codec.DAG_PB, missing.hash());
    for (ContentId id : List.of(missing, missingNode)) {
      ContentId root = node(node(List.of(leaf(2), id, leaf(4)), file(9, 2, 3, 4)));
      try (ContentReader reader = store.open(root)) {
        assertThat(reader.stream().readNBytes(2)).isEqualTo(leafBytes(2));
        assertRefused(() -> reader.stream().read(), ErrorCode.CONTENT_NOT_FOUND, id, "not in this");
      }
      assertThat(store.has(root)).isFalse();
      assertRefused(() -> store.stat(root), ErrorCode.CONTENT_NOT_FOUND, id, "not in this");
      assertRefused(() -> store.pin(root), ErrorCode.CONTENT_NOT_FOUND, id, "not in this");
    }
    assertRefused(() -> store.open(missing), ErrorCode.CONTENT_NOT_FOUND, missing, "not in this");
    assertThat(store.has(missing)).isFalse();
  }

  @Test
  void readAfterTheMissingBlockHasComeGoesOn() throws IOException {
    byte[] late = {9, 9, 9};
    ContentId missing = ContentId.ofRaw(late);
    ContentId root = node(node(List.of(leaf(2), missing), file(5, 2, 3)));
    try (ContentReader reader = store.open(root)) {
      assertThat(reader.stream().readNBytes(2)).isEqualTo(leafBytes(2));
      assertRefused(
          () -> reader.stream().read(), ErrorCode.CONTENT_NOT_FOUND, missing, "not in this");
      blocks.put(missing, late);
      assertThat(reader.stream().readAllBytes()).isEqualTo(late);
    }
  }

  @Test
  void otherImplementationsFilesThatAreWellFormedAreRead() {
    byte[] bytes = leafBytes(20);
    byte[] withMetadata = join(fileWithBytes(2, bytes, 20), new byte[] {0x38, 1, 0x42, 2, 0x08, 1});
    ContentId file = node(node(List.of(), fileWithBytes(2, bytes, 20)));
    ContentId raw = node(node(List.of(), fileWithBytes(0, bytes, 20)));
    ContentId dated = node(node(List.of(), withMetadata));
    ContentId mixed = node(node(List.of(file, leaf(20), raw), file(60, 20, 20, 20)));
    for (ContentId id : List.of(file, raw, dated)) {
      assertThat(readAll(id)).isEqualTo(bytes);
    }
    assertThat(readAll(mixed)).isEqualTo(join(bytes, bytes, bytes));
    assertThat(readAll(node(node(List.of(), file(0))))).isEmpty();
  }

  private byte[] readAll(ContentId id) {
    try (ContentReader reader = store.open(id)) {
      return reader.readAll(1000);
    }
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      ErrorCode code,
      ContentId block,
      String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(block.toString())
        .hasMessageContaining(reason);
  }

  private static byte[] leafBytes(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) (size + 64));
    return bytes;
  }

  /** Puts a raw block of a size. */
  private ContentId leaf(int size) {
    byte[] bytes = leafBytes(size);
    ContentId id = ContentId.ofRaw(bytes);
    blocks.put(id, bytes);
    return id;
  }

  /** Puts a dag-pb block. */
  private ContentId node(byte[] block) {
    ContentId id = new ContentId(ContentId.Codec.DAG_PB, ContentId.sha256(block));
    blocks.put(id, block);
    return id;
  }

  private byte[] twoLeaves() {
    return node(List.of(leaf(3), leaf(4)), file(7, 3, 4));
  }

  private static byte[] node(List<ContentId> children, byte[] unixFs) {
    return join(links(children), data(unixFs));
  }

  private static byte[] links(List<ContentId> children) {
    return join(children.stream().map(id -> rawLink(id, "", 1)).toArray(byte[][]::new));
  }

  private static byte[] rawLink(ContentId id, String name, long size) {
    WireWriter link = new WireWriter(64);
    link.bytes(1, id.toBytes(), 36);
    link.bytes(2, name.getBytes(UTF_8), name.length());
    link.number(3, size);
    return message(2, link);
  }

  private static byte[] data(byte[] unixFs) {
    WireWriter writer = new WireWriter(64);
    writer.bytes(1, unixFs, unixFs.length);
    return writer.toBytes();
  }

  private static byte[] message(int field, WireWriter message) {
    byte[] bytes = message.toBytes();
    WireWriter writer = new WireWriter(64);
    writer.bytes(field, bytes, bytes.length);
    return writer.toBytes();
  }

  private static byte[] file(long size, long... blockSizes) {
    return fileWithBytes(2, new byte[0], size, blockSizes);
  }

  private static byte[] fileWithBytes(int type, byte[] bytes, long size, long... blockSizes) {
    WireWriter writer = new WireWriter(64);
    writer.number(1, type);
    if (bytes.length > 0) {
      writer.bytes(2, bytes, bytes.length);
    }
    writer.number(3, size);
    for (long blockSize : blockSizes) {
      writer.number(4, blockSize);
    }
    return writer.toBytes();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
