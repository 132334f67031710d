package io.edgebeat.exec.wasm.child;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.ToIntFunction;

/**
 * A value: one frame, as it was read.
 *
 * @param kind what it says
 * @param body its fields; read once
 */
public record Frame(FrameKind kind, Fields body) {
  private static final int STEP = 64 << 10;

  /**
   * Reads one frame. Nothing is allocated by a length that is not allowed, and of one that is, no
   * more than has come and half as much again.
   *
   * @param in where from
   * @param fromChild which side speaks
   * @param most how long the body of a frame of each kind may be
   * @return the frame
   * @throws EOFException when the other side is gone
   * @throws ProtocolException when it says what it may not say
   */
  public static Frame read(DataInputStream in, boolean fromChild, ToIntFunction<FrameKind> most)
      throws IOException {
    int code = in.readUnsignedByte();
    FrameKind kind = FrameKind.of(code, fromChild);
    if (kind == null) {
      throw new ProtocolException("a frame of the unknown kind " + code);
    }
    int length = in.readInt();
    int limit = most.applyAsInt(kind);
    if (length < 0 || length > limit) {
      throw new ProtocolException(
          "a frame " + kind + " of " + (length & 0xffff_ffffL) + " bytes; at most " + limit);
    }
    return new Frame(kind, new Fields(body(in, length)));
  }

  private static byte[] body(InputStream in, int length) throws IOException {
    byte[] body = new byte[Math.min(length, STEP)];
    int size = in.readNBytes(body, 0, body.length);
    while (size == body.length && size < length) {
      body = java.util.Arrays.copyOf(body, (int) Math.min(length, size + size / 2L));
      size += in.readNBytes(body, size, body.length - size);
    }
    if (size < length) {
      throw new EOFException("the other side went away within a frame");
    }
    return body;
  }

  /**
   * Writes one frame and sends it off. One at a time.
   *
   * @param out where to
   * @param kind what it says
   * @param body its fields
   */
  public static void write(OutputStream out, FrameKind kind, FieldsWriter body) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeByte(kind.code());
    data.writeInt(body.size());
    body.writeTo(data);
    data.flush();
  }
}
