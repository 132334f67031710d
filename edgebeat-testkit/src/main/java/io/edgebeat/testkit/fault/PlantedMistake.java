package io.edgebeat.testkit.fault;

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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A mistake in one class of the module that is tested, to see that its tests find it. The source is
 * changed and compiled in memory; classes below one package are loaded anew, the changed one in the
 * place of the right one, and see each other. Needs a JDK, and the module's directory as the
 * working directory, where Maven has tests run.
 */
public final class PlantedMistake extends ClassLoader {
  private static final Path SOURCES = Path.of("src", "main", "java");

  private final String room;
  private final Map<String, byte[]> wrong;
  private final Set<String> kept;

  private PlantedMistake(String room, Map<String, byte[]> wrong, Set<String> kept) {
    super(PlantedMistake.class.getClassLoader());
    this.room = room + ".";
    this.wrong = wrong;
    this.kept = kept;
  }

  /**
   * The classes with a mistake.
   *
   * @param room the package below which classes, those of tests among them, are loaded anew
   * @param type the full name of the class whose source is changed
   * @param right what stands there, once
   * @param mistake what stands there instead
   * @param kept classes below the room that stay as they are
   * @return their loader
   * @throws IOException when the source cannot be read
   * @throws AssertionError when what is right does not stand there once, or the mistake does not
   *     compile
   */
  public static ClassLoader plant(
      String room, String type, String right, String mistake, Class<?>... kept) throws IOException {
    String path = type.replace('.', '/') + ".java";
    String source = Files.readString(SOURCES.resolve(path));
    int at = source.indexOf(right);
    if (at < 0 || source.indexOf(right, at + 1) >= 0) {
      throw new AssertionError("must stand once in " + type + ": " + right);
    }
    String changed = source.substring(0, at) + mistake + source.substring(at + right.length());
    return new PlantedMistake(
        room,
        compile(path, changed),
        Stream.of(kept).map(Class::getName).collect(Collectors.toUnmodifiableSet()));
  }

  private static Map<String, byte[]> compile(String path, String source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> made = new HashMap<>();
    StringWriter messages = new StringWriter();
    try (JavaFileManager files =
        new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + name), kind) {
              @Override
              public OutputStream openOutputStream() {
                return made.computeIfAbsent(name, key -> new ByteArrayOutputStream());
              }
            };
          }
        }) {
      JavaFileObject unit =
          new SimpleJavaFileObject(URI.create("mem:///" + path), JavaFileObject.Kind.SOURCE) {
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
    made.forEach((name, stream) -> bytes.put(name, stream.toByteArray()));
    return bytes;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(room) || kept.contains(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      byte[] bytes = wrong.get(name);
      if (bytes == null) {
        bytes = right(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private byte[] right(String name) throws ClassNotFoundException {
    try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (stream == null) {
        throw new ClassNotFoundException(name);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
