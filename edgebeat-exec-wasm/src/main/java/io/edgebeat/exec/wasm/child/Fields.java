package io.edgebeat.exec.wasm.child;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a frame in their order. Not thread-safe. */
public final class Fields {
  private final ByteBuffer bytes;

  Fields(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /** Something that is read. */
  private interface Reading<T> {
    T read();
  }

  private static <T> T within(Reading<T> reading) throws ProtocolException {
    try {
      return reading.read();
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("a frame that ends within a field");
    }
  }

  /** Reads one byte, 0 to 255. */
  public int number1() throws ProtocolException {
    return within(() -> bytes.get() & 0xff);
  }

  /** Reads a number of four bytes. */
  public int number4() throws ProtocolException {
    return within(bytes::getInt);
  }

  /** Reads a number of eight bytes. */
  public long number8() throws ProtocolException {
    return within(bytes::getLong);
  }

  /** Reads a number that counts something and so is not negative. */
  public long count() throws ProtocolException {
    long count = number8();
    if (count < 0) {
      throw new ProtocolException("a negative count: " + count);
    }
    return count;
  }

  /** Reads yes or no. */
  public boolean flag() throws ProtocolException {
    int value = number1();
    if (value > 1) {
      throw new ProtocolException("neither yes nor no: " + value);
    }
    return value == 1;
  }

  /** Reads bytes with their length before them. */
  public byte[] bytes() throws ProtocolException {
    int length = number4();
    if (length < 0 || length > bytes.remaining()) {
      throw new ProtocolException("a field that is longer than its frame");
    }
    return take(length);
  }

  /** Reads text; what is no UTF-8 becomes the replacement character. */
  public String text() throws ProtocolException {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** Reads all that is left. */
  public byte[] rest() {
    return take(bytes.remaining());
  }

  private byte[] take(int length) {
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }

  /** Makes sure that nothing is left. */
  public void end() throws ProtocolException {
    if (bytes.hasRemaining()) {
      throw new ProtocolException("a frame with " + bytes.remaining() + " bytes too many");
    }
  }
}
