package io.edgebeat.exec.wasm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStat;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.exec.wasm.child.FieldsWriter;
import io.edgebeat.exec.wasm.child.FrameKind;
import io.edgebeat.exec.wasm.child.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The node's content store as a child has it: one image and one input can be read, one output be
 * written. Used by one thread at a time.
 */
final class NodeContent implements ContentStore {
  private final NodeLink node;
  private final ContentId image;
  private final Optional<ContentId> input;

  NodeContent(NodeLink node, ContentId image, Optional<ContentId> input) {
    this.node = node;
    this.image = image;
    this.input = input;
  }

  /** Sends it to the node, which alone knows what id it will have. */
  @Override
  public ContentId put(ContentSource source, Progress progress) {
    try (InputStream bytes = source.open()) {
      byte[] chunk = bytes.readNBytes(Child.CHUNK);
      while (chunk.length > 0) {
        node.tell(FrameKind.OUTPUT, new FieldsWriter().rest(chunk));
        chunk = bytes.readNBytes(Child.CHUNK);
      }
    } catch (IOException e) {
      throw failed(e);
    }
    return ChildRun.NO_OUTPUT;
  }

  private static EdgeBeatException failed(IOException e) {
    return new EdgeBeatException(
        ErrorCode.STORAGE_FAILED, RetryAdvice.NEVER, "the node does not listen: " + e, e);
  }

  @Override
  public ContentReader open(ContentId id) {
    int which = id.equals(image) ? Child.IMAGE : Child.INPUT;
    if (which == Child.INPUT && !input.equals(Optional.of(id))) {
      throw new EdgeBeatException(ErrorCode.CONTENT_NOT_FOUND, "a child has no content " + id);
    }
    try {
      return new Reader(id, node.call(FrameKind.OPEN, to -> to.number1(which)).count());
    } catch (ProtocolException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      throw new GuestEnd.Stop("stopped while it waited for its host");
    }
  }

  private final class Reader implements ContentReader {
    private final ContentId id;
    private final long sizeBytes;
    private final InputStream stream = new Bytes();

    Reader(ContentId id, long sizeBytes) {
      this.id = id;
      this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public InputStream stream() {
      return stream;
    }

    @Override
    public byte[] readAll(long limitBytes) {
      try {
        byte[] all = stream.readNBytes((int) Math.min(Integer.MAX_VALUE, limitBytes + 1));
        if (all.length > limitBytes) {
          throw new EdgeBeatException(
              ErrorCode.CONTENT_TOO_LARGE,
              "content " + id + " has more than " + limitBytes + " bytes");
        }
        return all;
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public void close() {
      // The node lets go of it when it is asked for something else, or when all is over.
    }
  }

  /** What the node gives, a chunk at a time. */
  private final class Bytes extends InputStream {
    private byte[] chunk = new byte[0];
    private int at;
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (at == chunk.length && !ended) {
        try {
          chunk = node.call(FrameKind.MORE, to -> to).rest();
        } catch (InterruptedException e) {
          throw new GuestEnd.Stop("stopped while it waited for its host");
        }
        at = 0;
        ended = chunk.length == 0;
      }
      if (ended) {
        return -1;
      }
      int count = Math.min(length, chunk.length - at);
      System.arraycopy(chunk, at, target, offset, count);
      at += count;
      return count;
    }
  }

  @Override
  public boolean has(ContentId id) {
    return id.equals(image) || input.equals(Optional.of(id));
  }

  @Override
  public void pin(ContentId id) {
    throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "a child cannot pin " + id);
  }

  @Override
  public void unpin(ContentId id) {
    throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "a child cannot unpin " + id);
  }

  @Override
  public ContentStat stat(ContentId id) {
    throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "a child cannot tell about " + id);
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
