package io.edgebeat.api.storage;

import io.edgebeat.api.identity.Bytes32;
import java.util.ArrayList;
import java.util.List;

/**
 * The dag-pb node (IPLD specification "DAG-PB", logical format and strictness): links first, then
 * data. Links of files have an empty name.
 */
final class DagPb {
  private static final int NODE_DATA = 1;
  private static final int NODE_LINKS = 2;
  private static final int LINK_HASH = 1;
  private static final int LINK_NAME = 2;
  private static final int LINK_SIZE = 3;
  private static final byte[] NO_NAME = new byte[0];

  private final List<Link> links;
  private final byte[] data;

  DagPb(List<Link> links, byte[] data) {
    this.links = links;
    this.data = data;
  }

  /**
   * A child.
   *
   * @param id the child's block
   * @param totalBytes bytes of the child's block and of all blocks below it; a hint that readers do
   *     not trust
   */
  record Link(ContentId id, long totalBytes) {}

  /** The children in order. */
  List<Link> links() {
    return links;
  }

  /** The bytes of the data field: UnixFS for our purpose. */
  byte[] data() {
    return data;
  }

  byte[] encode() {
    WireWriter writer = new WireWriter(links.size() * 56 + data.length + 16);
    for (Link link : links) {
      WireWriter child = new WireWriter(56);
      child.bytes(LINK_HASH, link.id.toBytes(), 36);
      child.bytes(LINK_NAME, NO_NAME, 0);
      child.number(LINK_SIZE, link.totalBytes);
      byte[] encoded = child.toBytes();
      writer.bytes(NODE_LINKS, encoded, encoded.length);
    }
    writer.bytes(NODE_DATA, data, data.length);
    return writer.toBytes();
  }

  static DagPb decode(byte[] block, int maxLinks) throws MalformedBlockException {
    WireReader reader = new WireReader(block, "dag-pb node");
    List<Link> links = new ArrayList<>();
    byte[] data = null;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      if (data != null) {
        throw reader.unexpected();
      }
      switch (field) {
        case NODE_LINKS -> {
          if (links.size() == maxLinks) {
            throw reader.malformed("more than " + maxLinks + " links");
          }
          links.add(link(reader.message("dag-pb link " + links.size())));
        }
        case NODE_DATA -> data = reader.bytes();
        default -> throw reader.unexpected();
      }
    }
    if (data == null) {
      throw reader.malformed("no UnixFS data");
    }
    return new DagPb(links, data);
  }

  private static Link link(WireReader reader) throws MalformedBlockException {
    ContentId id = null;
    long totalBytes = 0;
    int last = 0;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      if (field <= last) {
        throw reader.unexpected();
      }
      last = field;
      switch (field) {
        case LINK_HASH -> id = id(reader);
        case LINK_NAME -> {
          if (reader.bytes().length != 0) {
            throw reader.malformed("a name, which no part of a file has");
          }
        }
        case LINK_SIZE -> totalBytes = reader.number();
        default -> throw reader.unexpected();
      }
    }
    if (id == null) {
      throw reader.malformed("no hash");
    }
    return new Link(id, totalBytes);
  }

  private static ContentId id(WireReader reader) throws MalformedBlockException {
    byte[] cid = reader.bytes();
    if (cid.length == 36 && cid[0] == 1 && cid[2] == 0x12 && cid[3] == 32) {
      for (ContentId.Codec codec : ContentId.Codec.values()) {
        if (codec.code() == cid[1]) {
          return new ContentId(codec, Bytes32.of(cid, 4));
        }
      }
    }
    throw reader.malformed("a hash that is no CID version 1 (raw or dag-pb, sha2-256)");
  }
}
