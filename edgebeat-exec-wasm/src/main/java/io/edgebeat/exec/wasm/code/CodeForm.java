package io.edgebeat.exec.wasm.code;

import com.dylibso.chicory.compiler.internal.Compiler;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How compiled code is written down: a mark, what it was made of, its classes, and a SHA-256 of all
 * that.
 *
 * <p>What it was made of is the SHA-256 of the module as the engine gets it, which metering and its
 * cost table are part of, and of everything that decides how code is made: the version of the
 * runtime, the classes of this package that change code, and the form of the file.
 */
final class CodeForm {
  private static final int FORM = 1;
  private static final int MARK = 0x45424331; // EBC1
  private static final int DIGEST = 32;

  /** Classes whose change makes other code, or code that does not fit. */
  private static final List<Class<?>> MAKERS =
      List.of(
          Comparisons.class,
          CompiledCode.class,
          GrowingFunctions.class,
          GuestState.class,
          HeldArray.class,
          HiddenParts.class,
          MeteredCode.class,
          StateAccess.class,
          StateCalls.class);

  private static final byte[] ORIGIN = origin();

  private CodeForm() {}

  private static byte[] origin() {
    MessageDigest digest = sha256();
    digest.update((byte) FORM);
    digest.update(com.dylibso.chicory.wasm.Version.version().getBytes(StandardCharsets.UTF_8));
    digest.update(Compiler.DEFAULT_CLASS_NAME.getBytes(StandardCharsets.UTF_8));
    for (Class<?> maker : MAKERS) {
      try (InputStream code = maker.getResourceAsStream(maker.getSimpleName() + ".class")) {
        if (code == null) {
          throw new IllegalStateException("no bytes of " + maker);
        }
        digest.update(code.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return digest.digest();
  }

  /** What the code of a module is found by. */
  static byte[] nameOf(byte[] module) {
    MessageDigest digest = sha256();
    digest.update(ORIGIN);
    return digest.digest(module);
  }

  static byte[] encode(CompiledCode code, byte[] name) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) code.sizeBytes() + 4_096);
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(MARK);
      out.write(name);
      out.writeUTF(code.mainClass());
      out.writeInt(code.classes().size());
      for (Map.Entry<String, byte[]> each : code.classes().entrySet()) {
        out.writeUTF(each.getKey());
        out.writeInt(each.getValue().length);
        out.write(each.getValue());
      }
      out.write(sha256().digest(bytes.toByteArray()));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of an array: cannot be
    }
  }

  /** Reads what {@link #encode} has written; empty when it is anything else. */
  static Optional<CompiledCode> decode(byte[] bytes, byte[] name) {
    int end = bytes.length - DIGEST;
    if (end < 0) {
      return Optional.empty();
    }
    MessageDigest digest = sha256();
    digest.update(bytes, 0, end);
    if (!MessageDigest.isEqual(digest.digest(), Arrays.copyOfRange(bytes, end, bytes.length))) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new java.io.ByteArrayInputStream(bytes, 0, end))) {
      if (in.readInt() != MARK || !Arrays.equals(in.readNBytes(DIGEST), name)) {
        return Optional.empty();
      }
      String mainClass = in.readUTF();
      Map<String, byte[]> classes = new LinkedHashMap<>();
      for (int i = in.readInt(); i > 0; i--) {
        String className = in.readUTF();
        byte[] code = in.readNBytes(in.readInt());
        classes.put(className, code);
      }
      return Optional.of(new CompiledCode(mainClass, classes));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // whole, but of another form
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
