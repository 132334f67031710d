package io.edgebeat.chain.evm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Loads the classes of this module and its tests anew, with a mistake in one of them. */
final class PlantedMistake extends ClassLoader {
  private static final String OURS = "io.edgebeat.chain.evm.";

  private final Map<String, byte[]> wrong = new HashMap<>();

  /**
   * The classes with a mistake.
   *
   * @param type the class whose source is changed, with its room
   * @param right what stands there, once
   * @param mistake what stands there instead
   * @param directory an empty one
   */
  PlantedMistake(String type, String right, String mistake, Path directory) throws IOException {
    super(PlantedMistake.class.getClassLoader());
    String path = OURS.replace('.', '/') + type + ".java";
    String source = Files.readString(Path.of("src", "main", "java").resolve(path));
    int at = source.indexOf(right);
    if (at < 0 || source.indexOf(right, at + 1) >= 0) {
      throw new AssertionError("must stand once in " + type + ": " + right);
    }
    Path changed = directory.resolve(path);
    Files.createDirectories(changed.getParent());
    Files.writeString(
        changed, source.substring(0, at) + mistake + source.substring(at + right.length()));
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            directory.toString(),
            changed.toString());
    if (ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(new String[0]))
        != 0) {
      throw new AssertionError("the mistake does not compile");
    }
    try (Stream<Path> made = Files.walk(directory)) {
      for (Path file : made.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name =
            directory.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
        wrong.put(name.substring(0, name.length() - 6), Files.readAllBytes(file));
      }
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS) || name.equals(Warnings.class.getName())) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      byte[] bytes = wrong.get(name);
      try (InputStream right = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (right == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] all = bytes == null ? right.readAllBytes() : bytes;
        return defineClass(name, all, 0, all.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
