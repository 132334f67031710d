package io.edgebeat.exec.wasm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Loads the executor's classes anew with a mistake in one of them: the source is changed, compiled
 * and put in the place of the right class. Everything else stays as it is.
 */
final class PlantedMistake extends ClassLoader {
  private static final String OURS = "io.edgebeat.exec.wasm.";
  private static final Path SOURCES = Path.of("src", "main", "java");

  private final Map<String, byte[]> wrong;

  private PlantedMistake(Map<String, byte[]> wrong) {
    super(PlantedMistake.class.getClassLoader());
    this.wrong = wrong;
  }

  /**
   * The classes with a mistake.
   *
   * @param type the class whose source is changed
   * @param right what stands there, once
   * @param mistake what stands there instead
   */
  static ClassLoader plant(String type, String right, String mistake) throws IOException {
    String name = type.replace('.', '/');
    String source = Files.readString(SOURCES.resolve(name + ".java"));
    int at = source.indexOf(right);
    if (at < 0 || source.indexOf(right, at + 1) >= 0) {
      throw new AssertionError("must stand once in " + type + ": " + right);
    }
    String changed = source.substring(0, at) + mistake + source.substring(at + right.length());
    return new PlantedMistake(compile(name, changed));
  }

  private static Map<String, byte[]> compile(String name, String source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> made = new HashMap<>();
    StringWriter messages = new StringWriter();
    try (JavaFileManager files =
        new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + type), kind) {
              @Override
              public OutputStream openOutputStream() {
                return made.computeIfAbsent(type, key -> new ByteArrayOutputStream());
              }
            };
          }
        }) {
      JavaFileObject unit =
          new SimpleJavaFileObject(
              URI.create("mem:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignored) {
              return source;
            }
          };
      List<String> options =
          List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-nowarn");
      if (!compiler.getTask(messages, files, null, options, null, List.of(unit)).call()) {
        throw new AssertionError("the mistake does not compile: " + messages);
      }
    }
    Map<String, byte[]> bytes = new HashMap<>();
    made.forEach((type, stream) -> bytes.put(type, stream.toByteArray()));
    return bytes;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      byte[] bytes = wrong.get(name);
      if (bytes == null) {
        try (InputStream stream =
            getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
          if (stream == null) {
            throw new ClassNotFoundException(name);
          }
          bytes = stream.readAllBytes();
        } catch (IOException e) {
          throw new ClassNotFoundException(name, e);
        }
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
