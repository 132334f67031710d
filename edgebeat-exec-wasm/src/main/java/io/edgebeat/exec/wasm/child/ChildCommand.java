package io.edgebeat.exec.wasm.child;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a child JVM is started: by the JDK that this JVM runs on, and so that nothing of this machine
 * is in it that it does not need.
 *
 * @param java the launcher
 * @param classPath its class path
 * @param mainClass its program
 * @param heapBytes its heap
 */
public record ChildCommand(Path java, String classPath, String mainClass, long heapBytes) {
  /** With this code HotSpot ends when an allocation has failed. */
  public static final int OUT_OF_HEAP = 3;

  /**
   * A command of the JDK of this JVM.
   *
   * @throws EdgeBeatException {@code BACKEND_UNAVAILABLE} when it has no launcher
   */
  public static ChildCommand of(String classPath, String mainClass, long heapBytes) {
    String home = System.getProperty("java.home", "");
    Path java = Path.of(home, "bin", File.separatorChar == '\\' ? "java.exe" : "java");
    if (!Files.isExecutable(java)) {
      throw new EdgeBeatException(
          ErrorCode.BACKEND_UNAVAILABLE,
          "child JVMs need the launcher "
              + java
              + ", which is not there; run the node by a JDK or JRE that has one, or set isolation"
              + " to in-jvm");
    }
    return new ChildCommand(java, classPath, mainClass, heapBytes);
  }

  /**
   * Every word of the command line.
   *
   * @param more options of the JVM beside its usual ones
   */
  public List<String> words(List<String> more) {
    List<String> words = new ArrayList<>();
    words.add(java.toString());
    // A JVM that does not know one of these goes without it.
    words.add("-XX:+IgnoreUnrecognizedVMOptions");
    words.add("-Xmx" + heapBytes);
    // Else it begins with a part of the machine's memory, and fills that before it collects.
    words.add("-Xms16m");
    words.add("-Xss1m");
    words.add("-XX:MaxMetaspaceSize=256m");
    words.add("-XX:MaxDirectMemorySize=16m");
    words.add("-XX:+UseSerialGC");
    // Ending needs every thread to stop at a safepoint, also one in a long loop.
    words.add("-XX:+UseCountedLoopSafepoints");
    words.add("-XX:LoopStripMiningIter=1000");
    words.add("-XX:+ExitOnOutOfMemoryError");
    // Its streams carry frames; a crash leaves no files with what the guest had in memory.
    words.add("-XX:+DisplayVMOutputToStderr");
    words.add("-Xlog:disable");
    words.add("-XX:-CreateCoredumpOnCrash");
    words.add("-XX:+SuppressFatalErrorMessage");
    words.add("-XX:+DisableAttachMechanism");
    words.add("-XX:-EnableDynamicAgentLoading");
    words.add("-XX:-UsePerfData");
    words.addAll(more);
    words.add("-cp");
    words.add(classPath);
    words.add(mainClass);
    return words;
  }

  /**
   * A process that is not started yet.
   *
   * @param more options of the JVM beside its usual ones
   * @param directory where it works
   */
  ProcessBuilder builder(List<String> more, Path directory) {
    ProcessBuilder builder = new ProcessBuilder(words(more)).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    String systemRoot = environment.get("SystemRoot"); // without it nothing starts on Windows
    environment.clear();
    // Else names of files that are not ASCII could not be read.
    environment.put("LC_ALL", "C.UTF-8");
    if (systemRoot != null) {
      environment.put("SystemRoot", systemRoot);
    }
    return builder;
  }
}
