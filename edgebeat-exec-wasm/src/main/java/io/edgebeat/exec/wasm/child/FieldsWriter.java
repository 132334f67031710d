package io.edgebeat.exec.wasm.child;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes the fields of a frame in their order. Not thread-safe. */
public final class FieldsWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
  private final DataOutputStream data = new DataOutputStream(bytes);

  /** No field yet. */
  public FieldsWriter() {}

  /** Something that is written. */
  private interface Writing {
    void write() throws IOException;
  }

  private FieldsWriter add(Writing writing) {
    try {
      writing.write();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return this;
  }

  /** Writes one byte, 0 to 255. */
  public FieldsWriter number1(int value) {
    return add(() -> data.writeByte(value));
  }

  /** Writes four bytes. */
  public FieldsWriter number4(int value) {
    return add(() -> data.writeInt(value));
  }

  /** Writes eight bytes. */
  public FieldsWriter number8(long value) {
    return add(() -> data.writeLong(value));
  }

  /** Writes yes or no. */
  public FieldsWriter flag(boolean value) {
    return number1(value ? 1 : 0);
  }

  /** Writes bytes with their length before them. */
  public FieldsWriter bytes(byte[] value) {
    return number4(value.length).rest(value);
  }

  /** Writes text. */
  public FieldsWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes without their length; the last field. */
  public FieldsWriter rest(byte[] value) {
    return add(() -> data.write(value));
  }

  int size() {
    return bytes.size();
  }

  void writeTo(OutputStream out) throws IOException {
    bytes.writeTo(out);
  }
}
