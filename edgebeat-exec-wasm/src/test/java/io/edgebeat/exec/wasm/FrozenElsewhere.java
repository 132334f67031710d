package io.edgebeat.exec.wasm;

import io.edgebeat.api.storage.ContentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Goes on with frozen processes in a JVM of its own, and prints what became of them. */
public final class FrozenElsewhere {
  private FrozenElsewhere() {}

  /**
   * Resumes each process, and makes the rest of its calls.
   *
   * @param args a directory with contents, then for each process: seed, calls made, snapshot
   * @throws IOException when the directory cannot be read
   */
  public static void main(String[] args) throws IOException {
    MemoryContent content = new MemoryContent();
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      for (Path file : files.toList()) {
        content.put(Files.readAllBytes(file));
      }
    }
    for (int i = 1; i < args.length; i += 3) {
      for (WasmMode mode : MODES) {
        try (WasmProcesses processes = FrozenTwins.processes(mode, content);
            WasmProcess process = processes.resume(ContentId.parse(args[i + 2]))) {
          rest(process, Long.parseLong(args[i]), Integer.parseInt(args[i + 1]))
              .forEach(System.out::println);
        }
      }
    }
  }

  /** Those in which a process can be resumed. */
  static final List<WasmMode> MODES = List.of(WasmMode.COMPILED, WasmMode.INTERPRETED);

  /** Makes the calls of a seed that were not made yet. */
  static List<String> rest(WasmProcess process, long seed, int made) {
    List<String> lines = new ArrayList<>();
    List<FrozenTwins.Call> calls = FrozenTwins.of(seed).calls();
    for (int i = made; i < calls.size() && !process.isOver(); i++) {
      lines.add(seed + " " + i + " " + FrozenTwins.step(process, calls.get(i)));
    }
    return lines;
  }
}
