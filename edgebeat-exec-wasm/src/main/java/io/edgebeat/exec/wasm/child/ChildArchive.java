package io.edgebeat.exec.wasm.child;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The loaded classes of a child in a file, from which the next ones start in a part of the time.
 * Made once by a child that does some work and ends; the JVM checks that it fits to JDK and jars,
 * and goes without it when it does not. Where the class path holds directories there is none.
 *
 * <p>Threads: {@link #make} by one at a time, {@link #options} by any.
 */
public final class ChildArchive implements AutoCloseable {
  /** What the program is told when it shall only do some work. */
  public static final String TRAIN = "train";

  private static final String PREFIX = "wasm-child-";
  private static final String SUFFIX = ".jsa";
  private static final long MOST_SECONDS = 60;

  private final ChildCommand command;
  private final Optional<Path> file;
  private volatile boolean tried;
  private volatile @Nullable Process making;

  /**
   * An archive for a command.
   *
   * @param directory where it is kept; empty for nowhere, and then there is none
   */
  public ChildArchive(ChildCommand command, Optional<Path> directory) {
    this.command = command;
    this.file =
        directory
            .filter(unused -> Stream.of(entries()).allMatch(entry -> Files.isRegularFile(entry)))
            .map(where -> where.toAbsolutePath().resolve(PREFIX + key() + SUFFIX));
  }

  private Path[] entries() {
    return Stream.of(command.classPath().split(File.pathSeparator, -1))
        .map(Path::of)
        .toArray(Path[]::new);
  }

  /** Another one for other jars, another JDK or other jars of the same names. */
  private String key() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      StringBuilder text = new StringBuilder(System.getProperty("java.vm.version", ""));
      for (Path entry : entries()) {
        text.append('\n').append(entry).append(' ').append(Files.size(entry));
        text.append(' ').append(Files.getLastModifiedTime(entry).toMillis());
      }
      byte[] hash = digest.digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** What a child is started with for it. */
  public List<String> options() {
    return file.filter(Files::exists)
        .map(path -> List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + path))
        .orElse(List.of());
  }

  /** Whether it is not there and was not tried to be made. */
  public boolean isWanted() {
    return !tried && file.isPresent() && !Files.exists(file.get());
  }

  /**
   * Makes it, when it is wanted.
   *
   * @param directory where the child works that makes it
   */
  public void make(Path directory) {
    if (!isWanted()) {
      return;
    }
    tried = true;
    Path path = file.orElseThrow();
    Path draft = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.createDirectories(path.getParent());
      ProcessBuilder builder =
          command.builder(List.of("-XX:ArchiveClassesAtExit=" + draft), directory);
      builder.command().add(TRAIN);
      Process process =
          builder
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      making = process;
      boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
      process.toHandle().destroyForcibly();
      if (ended && process.exitValue() == 0 && Files.exists(draft)) {
        removeOthers(path);
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      // Children start all the same, and as slowly as before.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      remove(draft);
    }
  }

  /** Ends the making, and it is not tried again. */
  @Override
  public void close() {
    tried = true;
    Process process = making;
    if (process != null) {
      process.toHandle().destroyForcibly();
    }
  }

  private static void removeOthers(Path path) throws IOException {
    try (Stream<Path> beside = Files.list(path.getParent())) {
      beside
          .filter(other -> other.getFileName().toString().startsWith(PREFIX))
          .filter(other -> other.getFileName().toString().endsWith(SUFFIX))
          .forEach(ChildArchive::remove);
    }
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It takes a few megabytes and harms nothing.
    }
  }
}
